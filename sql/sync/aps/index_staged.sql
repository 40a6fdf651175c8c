CREATE UNIQUE INDEX ON staged_aps (georisques_id);
CREATE UNIQUE INDEX ON staged_pages (georisques_id, page);
ANALYZE staged_aps;
ANALYZE staged_pages (georisques_id, page);
