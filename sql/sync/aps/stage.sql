-- Tables of this session alone: they go with the transaction. What they hold was checked to be unique. Of an
-- order whose status is the one in the table (`is_kept`) nothing is given of the reading, no page either.
CREATE TEMPORARY TABLE staged_aps (
    georisques_id text COLLATE "C" NOT NULL,
    s3ic_id text COLLATE "C" NOT NULL,
    description text NOT NULL,
    dated_on date,
    is_kept boolean NOT NULL,
    ocr_status text,
    failure text,
    reason text,
    size_bytes bigint,
    page_count integer,
    confidence real,
    sha256 bytea,
    engine text,
    read_at timestamptz,
    fingerprint bytea,
    derivation integer,
    title text
) ON COMMIT DROP;
-- A search vector holds a megabyte at most: of a page with more letters than any poster, the first are found.
CREATE TEMPORARY TABLE staged_pages (
    georisques_id text COLLATE "C" NOT NULL,
    page integer NOT NULL,
    decision text NOT NULL,
    confidence real,
    text text NOT NULL,
    search tsvector GENERATED ALWAYS AS (
        to_tsvector('public.french_unaccent'::regconfig, left(text, 100000))
    ) STORED
) ON COMMIT DROP;
-- The orders as they will stand: what is kept of a reading is filled in. `is_changed` is about those that the
-- table has.
CREATE TEMPORARY VIEW target_aps AS
SELECT
    staged.georisques_id,
    staged.s3ic_id,
    staged.description,
    staged.dated_on,
    CASE WHEN staged.is_kept THEN aps.ocr_status ELSE staged.ocr_status END AS ocr_status,
    CASE WHEN staged.is_kept THEN aps.failure ELSE staged.failure END AS failure,
    CASE WHEN staged.is_kept THEN aps.reason ELSE staged.reason END AS reason,
    CASE WHEN staged.is_kept THEN aps.size_bytes ELSE staged.size_bytes END AS size_bytes,
    CASE WHEN staged.is_kept THEN aps.page_count ELSE staged.page_count END AS page_count,
    CASE WHEN staged.is_kept THEN aps.confidence ELSE staged.confidence END AS confidence,
    CASE WHEN staged.is_kept THEN aps.sha256 ELSE staged.sha256 END AS sha256,
    CASE WHEN staged.is_kept THEN aps.engine ELSE staged.engine END AS engine,
    CASE WHEN staged.is_kept THEN aps.read_at ELSE staged.read_at END AS read_at,
    CASE WHEN staged.is_kept THEN aps.fingerprint ELSE staged.fingerprint END AS fingerprint,
    CASE WHEN staged.is_kept THEN aps.derivation ELSE staged.derivation END AS derivation,
    CASE WHEN staged.is_kept THEN aps.title ELSE staged.title END AS title,
    aps.georisques_id IS NOT NULL
    AND (
        (aps.s3ic_id, aps.description, aps.dated_on)
        IS DISTINCT FROM (staged.s3ic_id, staged.description, staged.dated_on)
        OR (
            NOT staged.is_kept
            AND (
                aps.ocr_status, aps.failure, aps.reason, aps.size_bytes, aps.page_count, aps.confidence,
                aps.sha256, aps.engine, aps.read_at, aps.fingerprint, aps.derivation, aps.title
            ) IS DISTINCT FROM (
                staged.ocr_status, staged.failure, staged.reason, staged.size_bytes, staged.page_count,
                staged.confidence, staged.sha256, staged.engine, staged.read_at, staged.fingerprint,
                staged.derivation, staged.title
            )
        )
    ) AS is_changed
FROM staged_aps AS staged
LEFT JOIN aps ON staged.georisques_id = aps.georisques_id;
