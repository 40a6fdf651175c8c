-- Withdrawn long enough ago: the row goes with the text of its pages, and its files are to follow.
WITH forgotten AS (
    DELETE FROM aps
    WHERE withdrawn_at < now() - make_interval(days => %(kept_days)s)
    RETURNING georisques_id
)

INSERT INTO ap_files_to_delete (georisques_id)
SELECT georisques_id FROM forgotten
ON CONFLICT DO NOTHING;
