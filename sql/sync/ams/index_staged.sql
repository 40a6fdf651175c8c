CREATE UNIQUE INDEX ON staged_ams (cid);
CREATE UNIQUE INDEX ON staged_lines (alinea_id);
ANALYZE staged_ams;
ANALYZE staged_lines;
