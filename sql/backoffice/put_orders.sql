-- Orders as their new versions say.
INSERT INTO backoffice.orders (
    cid, nor, has_no_nor, state, reason_deleted, title, nickname, is_transverse, date_of_signature,
    aida_page, classements, sections, sections_with_topic, attention, version
)
SELECT
    cid,
    nor,
    has_no_nor,
    state,
    reason_deleted,
    title,
    nickname,
    is_transverse,
    date_of_signature,
    aida_page,
    classements,
    sections,
    sections_with_topic,
    attention,
    version
FROM jsonb_populate_recordset(NULL::backoffice.orders, %(rows)s::jsonb)
ON CONFLICT (cid) DO UPDATE SET
    nor = excluded.nor,
    has_no_nor = excluded.has_no_nor,
    state = excluded.state,
    reason_deleted = excluded.reason_deleted,
    title = excluded.title,
    nickname = excluded.nickname,
    is_transverse = excluded.is_transverse,
    date_of_signature = excluded.date_of_signature,
    aida_page = excluded.aida_page,
    classements = excluded.classements,
    sections = excluded.sections,
    sections_with_topic = excluded.sections_with_topic,
    attention = excluded.attention,
    version = excluded.version,
    updated_at = now()
