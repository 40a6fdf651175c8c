CREATE UNIQUE INDEX ON staged_ams (cid);
CREATE UNIQUE INDEX ON staged_lines (alinea_id);
ANALYZE staged_ams;
ANALYZE staged_lines;
INSERT INTO staged_names (name)
SELECT DISTINCT name FROM staged_lines;
CREATE UNIQUE INDEX ON staged_names (name);
ANALYZE staged_names;
