-- One row for each order that watch_orders has seen at Légifrance: `fingerprint` is the SHA-256 of its words,
-- `seen_at` when it was last read, `changed_at` when its words were last found changed (never: only the first
-- reading, which is what later ones are compared with), `announced_at` when that change was announced.
CREATE TABLE backoffice.upstream_texts (
    cid text PRIMARY KEY REFERENCES backoffice.orders (cid),
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    seen_at timestamptz NOT NULL,
    changed_at timestamptz,
    announced_at timestamptz,
    CHECK (announced_at IS NULL OR changed_at IS NOT NULL)
);

GRANT SELECT, INSERT, UPDATE ON backoffice.upstream_texts TO envinorma_etl;
GRANT SELECT ON backoffice.upstream_texts TO envinorma_backoffice;
