-- Give a pick the text of its order as it reads today; its place in the collection stays.
UPDATE prescriptions
SET
    order_title = %(order_title)s,
    reference = %(reference)s,
    name = %(name)s,
    topic = %(topic)s,
    rank = %(rank)s,
    content = %(content)s
WHERE
    id = %(id)s
    AND user_id = %(user_id)s
    AND installation_id = %(installation_id)s
    AND removed_at IS NULL;
