-- People without a visit for so many days, and the moment that this means.
SELECT
    now() - make_interval(days => %(inactive_days)s) AS cutoff,
    coalesce(array_agg(users.id ORDER BY users.id), '{}') AS ids
FROM users
WHERE users.last_seen_at < now() - make_interval(days => %(inactive_days)s);
