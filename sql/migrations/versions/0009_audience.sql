-- Pages seen by day and by kind of page: nothing in it is of one person.
CREATE TABLE audience (
    day date NOT NULL,
    kind text NOT NULL CHECK (kind ~ '^[a-z_]{2,30}$'),
    views bigint NOT NULL CHECK (views > 0),
    PRIMARY KEY (day, kind)
);
GRANT SELECT, INSERT, UPDATE (views) ON audience TO envinorma_web;

-- `/sante` says whether the tables are those of the code.
GRANT SELECT ON alembic_version TO envinorma_web;
