COPY staged_ams (
    cid,
    is_changed,
    title,
    nickname,
    date_of_signature,
    is_transverse,
    aida_url,
    legifrance_url,
    head,
    content,
    fingerprint,
    text_fingerprint,
    derivation
) FROM STDIN (FORMAT csv);
