MERGE INTO ams
USING staged_ams AS staged
    ON ams.cid = staged.cid
WHEN MATCHED AND staged.is_changed THEN
    UPDATE SET
        title = staged.title,
        nickname = staged.nickname,
        date_of_signature = staged.date_of_signature,
        is_transverse = staged.is_transverse,
        aida_url = staged.aida_url,
        legifrance_url = staged.legifrance_url,
        head = staged.head,
        content = staged.content,
        fingerprint = staged.fingerprint,
        text_fingerprint = staged.text_fingerprint,
        derivation = staged.derivation,
        content_updated_at = CASE
            WHEN ams.text_fingerprint = staged.text_fingerprint THEN ams.content_updated_at ELSE now()
        END,
        updated_at = now(),
        withdrawn_at = NULL
WHEN NOT MATCHED THEN
    INSERT (
        cid, title, nickname, date_of_signature, is_transverse, aida_url, legifrance_url,
        head, content, fingerprint, text_fingerprint, derivation
    ) VALUES (
        staged.cid, staged.title, staged.nickname, staged.date_of_signature, staged.is_transverse,
        staged.aida_url, staged.legifrance_url, staged.head, staged.content, staged.fingerprint,
        staged.text_fingerprint, staged.derivation
    );
