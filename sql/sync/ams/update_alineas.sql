UPDATE alineas
SET
    cid = staged.cid,
    section_id = staged.section_id,
    index_in_section = staged.index_in_section,
    rank = staged.rank,
    reference = staged.reference,
    name = staged.name,
    topic = staged.topic,
    is_table = staged.is_table,
    is_variant = staged.is_variant,
    body = staged.body,
    search = staged.search
FROM staged_alineas AS staged
WHERE
    alineas.alinea_id = staged.alinea_id
    AND (
        alineas.cid, alineas.section_id, alineas.index_in_section, alineas.rank, alineas.reference,
        alineas.name, alineas.topic, alineas.is_table, alineas.is_variant, alineas.body,
        alineas.search
    ) IS DISTINCT FROM (
        staged.cid, staged.section_id, staged.index_in_section, staged.rank, staged.reference,
        staged.name, staged.topic, staged.is_table, staged.is_variant, staged.body,
        staged.search
    );
