MERGE INTO aps
USING target_aps AS target
    ON aps.georisques_id = target.georisques_id
WHEN MATCHED AND (target.is_changed OR aps.withdrawn_at IS NOT NULL) THEN
    UPDATE SET
        s3ic_id = target.s3ic_id,
        description = target.description,
        dated_on = target.dated_on,
        ocr_status = target.ocr_status,
        failure = target.failure,
        reason = target.reason,
        size_bytes = target.size_bytes,
        page_count = target.page_count,
        confidence = target.confidence,
        sha256 = target.sha256,
        engine = target.engine,
        read_at = target.read_at,
        fingerprint = target.fingerprint,
        derivation = target.derivation,
        title = target.title,
        updated_at = now(),
        withdrawn_at = NULL
WHEN NOT MATCHED THEN
    INSERT (
        georisques_id, s3ic_id, description, dated_on, ocr_status, failure, reason, size_bytes,
        page_count, confidence, sha256, engine, read_at, fingerprint, derivation, title
    ) VALUES (
        target.georisques_id, target.s3ic_id, target.description, target.dated_on, target.ocr_status,
        target.failure, target.reason, target.size_bytes, target.page_count, target.confidence,
        target.sha256, target.engine, target.read_at, target.fingerprint, target.derivation, target.title
    );
