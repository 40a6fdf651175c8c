ANALYZE staged_aps (georisques_id);
ANALYZE staged_pages (georisques_id, page);
