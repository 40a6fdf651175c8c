CREATE UNIQUE INDEX ON staged_ams (cid);
CREATE UNIQUE INDEX ON staged_alineas (alinea_id);
ANALYZE staged_ams;
ANALYZE staged_alineas;
