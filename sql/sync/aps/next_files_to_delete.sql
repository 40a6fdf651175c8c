SELECT georisques_id
FROM ap_files_to_delete
ORDER BY decided_at, georisques_id
LIMIT %(limit)s;
