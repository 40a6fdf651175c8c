-- What a person holds of an installation, in the order it was picked, and, without texts, what was removed
-- within a day.
WITH own AS (
    SELECT
        id,
        cid,
        alinea_id,
        page,
        order_title,
        reference,
        name,
        topic,
        rank,
        created_at,
        gone_at,
        removed_at,
        CASE WHEN removed_at IS NULL THEN content END AS content,
        georisques_id COLLATE "C" AS georisques_id
    FROM prescriptions
    WHERE
        user_id = %(user_id)s
        AND installation_id = %(installation_id)s
        AND (removed_at IS NULL OR removed_at > now() - interval '1 day')
)

SELECT
    own.*,
    coalesce(ams.date_of_signature, aps.dated_on) AS dated_on
FROM own
LEFT JOIN ams ON own.cid = ams.cid
LEFT JOIN aps ON own.georisques_id = aps.georisques_id
ORDER BY own.id;
