INSERT INTO alineas (
    alinea_id,
    cid,
    section_id,
    index_in_section,
    rank,
    reference,
    name,
    topic,
    is_table,
    is_variant,
    body,
    search
)
SELECT
    staged.alinea_id,
    staged.cid,
    staged.section_id,
    staged.index_in_section,
    staged.rank,
    staged.reference,
    staged.name,
    staged.topic,
    staged.is_table,
    staged.is_variant,
    staged.body,
    staged.search
FROM staged_alineas AS staged
WHERE NOT EXISTS (
    SELECT FROM alineas
    WHERE alineas.alinea_id = staged.alinea_id
);
