COPY staged_pages (
    georisques_id,
    page,
    decision,
    confidence,
    text
) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (text));
