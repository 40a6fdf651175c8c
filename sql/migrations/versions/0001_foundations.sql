-- Roles belong to the whole server: another database of the project may have made them already.
-- The owner of the tables is whoever runs this; it must be able to switch to each role. From Postgres 16 on,
-- the maker of a role is a member that may not switch to it until it grants itself so.
DO $$
DECLARE
    role_name text;
    needed_right constant text :=
        CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['envinorma_etl', 'envinorma_web', 'envinorma_backoffice'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
        END IF;
        IF NOT pg_has_role(current_user, role_name, needed_right) THEN
            EXECUTE format('GRANT %I TO %I', role_name, current_user);
        END IF;
    END LOOP;
    -- The steps stage what they load in temporary tables.
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO envinorma_etl', current_database());
END
$$;

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- People who made something: a guest has no name, only the hash of the random value in the cookie.
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    identity_hash bytea NOT NULL UNIQUE CHECK (octet_length(identity_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX users_last_seen_at_idx ON users (last_seen_at);

-- Published rows have no owner; copies and fictive installations have one.
CREATE TABLE installations (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    s3ic_id text NOT NULL CHECK (s3ic_id ~ '^\d{4}\.\d{5}$'),
    owner_id bigint REFERENCES users (id) ON DELETE CASCADE,
    source_id bigint REFERENCES installations (id) ON DELETE SET NULL,
    name text NOT NULL,
    region text,
    department text,
    num_dep text,
    city text,
    code_postal text,
    code_insee text,
    code_naf text,
    x_lambert93 double precision,
    y_lambert93 double precision,
    longitude double precision,
    latitude double precision,
    last_inspection date,
    regime text NOT NULL CHECK (regime IN ('A', 'E', 'D', 'NC', 'unknown')),
    seveso text CHECK (seveso IN ('SH', 'SB', 'NS')),
    family text,
    active text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    withdrawn_at timestamptz,
    CHECK (owner_id IS NOT NULL OR source_id IS NULL),
    CHECK (owner_id IS NULL OR withdrawn_at IS NULL)
);
CREATE UNIQUE INDEX installations_published_idx ON installations (s3ic_id) WHERE owner_id IS NULL;
CREATE UNIQUE INDEX installations_copy_idx ON installations (owner_id, source_id)
WHERE source_id IS NOT NULL;
CREATE INDEX installations_owner_idx ON installations (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX installations_source_idx ON installations (source_id) WHERE source_id IS NOT NULL;

-- `position` is the line's place in the sorted file of its installation: lines have no natural key.
-- `owner_id` repeats that of the installation, with which the line goes: the policies below look at it.
-- A published line under a rubrique 47 says nothing but that (docs/data.md, confidentiality).
CREATE TABLE classements (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation_id bigint NOT NULL REFERENCES installations (id) ON DELETE CASCADE,
    owner_id bigint,
    position integer NOT NULL CHECK (position >= 0),
    rubrique text NOT NULL,
    alinea text,
    regime text NOT NULL CHECK (regime IN ('A', 'E', 'D', 'NC', 'unknown')),
    activite text,
    date_autorisation date,
    date_mise_en_service date,
    last_substantial_modif_date date,
    state text,
    rubrique_acte text,
    alinea_acte text,
    regime_acte text CHECK (regime_acte IN ('A', 'E', 'D', 'NC', 'unknown')),
    volume text,
    unit text,
    UNIQUE (installation_id, position),
    CONSTRAINT classements_confidential_check CHECK (
        owner_id IS NOT NULL
        OR (rubrique NOT LIKE '47%' AND (rubrique_acte IS NULL OR rubrique_acte NOT LIKE '47%'))
        OR (
            rubrique = '47xx' AND rubrique_acte IS NOT DISTINCT FROM '47xx'
            AND regime = 'NC' AND regime_acte IS NOT DISTINCT FROM 'NC'
            AND num_nonnulls(
                alinea, alinea_acte, activite, volume, unit,
                date_autorisation, date_mise_en_service, last_substantial_modif_date
            ) = 0
        )
    )
);

-- What a person picked, with the text as it was then: it outlives the order, the alinea and the site's data.
CREATE TABLE prescriptions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    installation_id bigint NOT NULL REFERENCES installations (id),
    cid text,
    alinea_id text,
    georisques_id text,
    page integer CHECK (page > 0),
    order_title text NOT NULL,
    reference text NOT NULL DEFAULT '',
    name text NOT NULL DEFAULT '',
    topic text NOT NULL DEFAULT 'AUCUN',
    rank integer[] NOT NULL DEFAULT '{}',
    content jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    gone_at timestamptz,
    CHECK ((cid IS NULL) <> (georisques_id IS NULL)),
    CHECK (alinea_id IS NULL OR cid IS NOT NULL)
);
CREATE UNIQUE INDEX prescriptions_alinea_idx ON prescriptions (user_id, installation_id, alinea_id);
CREATE INDEX prescriptions_installation_idx ON prescriptions (installation_id);
CREATE INDEX prescriptions_cid_idx ON prescriptions (cid) WHERE cid IS NOT NULL;
CREATE INDEX prescriptions_georisques_idx ON prescriptions (georisques_id) WHERE georisques_id IS NOT NULL;

-- One line for each run of a step: what came in, what went out, why lines were rejected.
CREATE TABLE dataset_runs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    step text NOT NULL,
    dataset text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('done', 'unchanged', 'refused', 'failed')),
    message text NOT NULL DEFAULT '',
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    dated_on date,
    rows_in bigint NOT NULL DEFAULT 0,
    rows_out bigint NOT NULL DEFAULT 0,
    created bigint NOT NULL DEFAULT 0,
    updated bigint NOT NULL DEFAULT 0,
    withdrawn bigint NOT NULL DEFAULT 0,
    deleted bigint NOT NULL DEFAULT 0,
    unchanged bigint NOT NULL DEFAULT 0,
    rejected jsonb NOT NULL DEFAULT '{}',
    filtered jsonb NOT NULL DEFAULT '{}',
    files jsonb NOT NULL DEFAULT '[]',
    details jsonb NOT NULL DEFAULT '{}',
    CHECK (finished_at >= started_at)
);
CREATE INDEX dataset_runs_step_idx ON dataset_runs (step, dataset, finished_at DESC);

CREATE TABLE alert_incidents (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject text NOT NULL,
    cause text NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT now(),
    last_failed_at timestamptz NOT NULL DEFAULT now(),
    failures integer NOT NULL DEFAULT 1 CHECK (failures > 0),
    announced_at timestamptz,
    resolved_at timestamptz
);
CREATE UNIQUE INDEX alert_incidents_open_idx ON alert_incidents (subject) WHERE resolved_at IS NULL;

-- Rights: who may touch a table at all, then which of its rows.
GRANT USAGE ON SCHEMA public TO envinorma_etl, envinorma_web, envinorma_backoffice;
GRANT SELECT, INSERT, UPDATE, DELETE ON installations, classements TO envinorma_etl, envinorma_web;
GRANT SELECT, DELETE ON users TO envinorma_etl;
GRANT SELECT, DELETE, UPDATE (gone_at) ON prescriptions TO envinorma_etl;
GRANT SELECT, INSERT ON dataset_runs TO envinorma_etl;
GRANT SELECT, INSERT, UPDATE ON alert_incidents TO envinorma_etl;
GRANT SELECT, INSERT, UPDATE, DELETE ON users, prescriptions TO envinorma_web;
GRANT SELECT ON dataset_runs TO envinorma_web, envinorma_backoffice;
GRANT SELECT ON installations, classements TO envinorma_backoffice;

-- Who reads every row has a plain TRUE: a condition there would keep the search from its indexes, since the
-- conditions of a policy come before operators that might leak, such as those of pg_trgm.
ALTER TABLE installations ENABLE ROW LEVEL SECURITY;
ALTER TABLE classements ENABLE ROW LEVEL SECURITY;
CREATE POLICY published_rows_are_read ON installations FOR SELECT USING (owner_id IS NULL);
CREATE POLICY published_rows_are_read ON classements FOR SELECT USING (owner_id IS NULL);
CREATE POLICY site_and_steps_read_all_rows ON installations
FOR SELECT TO envinorma_web, envinorma_etl USING (TRUE);
CREATE POLICY site_and_steps_read_all_rows ON classements
FOR SELECT TO envinorma_web, envinorma_etl USING (TRUE);

CREATE POLICY site_writes_owned_rows ON installations FOR ALL TO envinorma_web
USING (owner_id IS NOT NULL) WITH CHECK (owner_id IS NOT NULL);
CREATE POLICY site_writes_owned_rows ON classements FOR ALL TO envinorma_web
USING (owner_id IS NOT NULL)
WITH CHECK (
    owner_id IS NOT NULL
    AND EXISTS (
        SELECT FROM installations AS parent
        WHERE parent.id = classements.installation_id AND parent.owner_id = classements.owner_id
    )
);

CREATE POLICY steps_write_published_rows ON installations FOR ALL TO envinorma_etl
USING (owner_id IS NULL) WITH CHECK (owner_id IS NULL);
CREATE POLICY steps_write_published_rows ON classements FOR ALL TO envinorma_etl
USING (owner_id IS NULL) WITH CHECK (owner_id IS NULL);
-- The purge of idle people deletes owned rows; it cannot change one.
CREATE POLICY purge_deletes_owned_rows ON installations
FOR DELETE TO envinorma_etl USING (owner_id IS NOT NULL);
CREATE POLICY purge_deletes_owned_rows ON classements
FOR DELETE TO envinorma_etl USING (owner_id IS NOT NULL);
