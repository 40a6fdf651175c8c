-- Add picks; an alinea that the person holds already stays as it is. Says how many were added, and how many
-- the person holds then: of this installation, and in all.
WITH added AS (
    INSERT INTO prescriptions (
        user_id,
        installation_id,
        cid,
        alinea_id,
        georisques_id,
        page,
        order_title,
        reference,
        name,
        topic,
        rank,
        content
    )
    SELECT
        %(user_id)s,
        %(installation_id)s,
        given.cid,
        given.alinea_id,
        given.georisques_id,
        given.page,
        given.order_title,
        given.reference,
        given.name,
        given.topic,
        given.rank,
        given.content
    FROM
        json_to_recordset(%(picks)s)
            AS given (
                place integer,
                cid text,
                alinea_id text,
                georisques_id text,
                page integer,
                order_title text,
                reference text,
                name text,
                topic text,
                rank integer[],
                content jsonb
            )
    ORDER BY given.place
    ON CONFLICT (user_id, installation_id, alinea_id) WHERE removed_at IS NULL DO NOTHING
    RETURNING id
),

-- As the statement found them.
before AS (
    SELECT
        count(*) FILTER (WHERE installation_id = %(installation_id)s) AS here,
        count(*) AS in_all
    FROM prescriptions
    WHERE user_id = %(user_id)s AND removed_at IS NULL
),

new AS (SELECT count(*) AS picks FROM added)

SELECT
    new.picks AS added,
    before.here + new.picks AS here,
    before.in_all + new.picks AS in_all
FROM before, new;
