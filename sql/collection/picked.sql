-- What a person holds of an installation, in the order it was picked.
WITH held AS (
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
        content,
        created_at,
        gone_at,
        georisques_id COLLATE "C" AS georisques_id
    FROM prescriptions
    WHERE user_id = %(user_id)s AND installation_id = %(installation_id)s AND removed_at IS NULL
)

SELECT
    held.*,
    coalesce(ams.date_of_signature, aps.dated_on) AS dated_on
FROM held
LEFT JOIN ams ON held.cid = ams.cid
LEFT JOIN aps ON held.georisques_id = aps.georisques_id
ORDER BY held.id;
