COPY staged_lines (
    line,
    first_line,
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
    body
) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (reference, name));
