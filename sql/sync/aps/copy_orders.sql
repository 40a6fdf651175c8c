COPY staged_aps (
    georisques_id,
    s3ic_id,
    description,
    dated_on,
    is_kept,
    ocr_status,
    failure,
    reason,
    size_bytes,
    page_count,
    confidence,
    sha256,
    engine,
    read_at,
    fingerprint,
    derivation,
    title
) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (description));
