DELETE FROM ap_files_to_delete
WHERE georisques_id = ANY(%(ids)s);
