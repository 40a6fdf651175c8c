COPY staged_ams (
    cid,
    title,
    nickname,
    date_of_signature,
    is_transverse,
    aida_url,
    legifrance_url,
    head,
    content,
    fingerprint,
    text_fingerprint
) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (title));
