-- An order that returns before its files were deleted keeps those that are left.
DELETE FROM ap_files_to_delete
USING staged_aps AS staged
WHERE ap_files_to_delete.georisques_id = staged.georisques_id;
