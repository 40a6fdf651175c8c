INSERT INTO audience (day, kind, views)
VALUES (%(day)s, %(kind)s, %(views)s)
ON CONFLICT (day, kind) DO UPDATE SET views = audience.views + excluded.views
