-- The pages of a withdrawn order stay, out of search, for the days it may come back in.
DELETE FROM ap_pages
USING aps, staged_aps AS staged
WHERE
    ap_pages.ap_id = aps.id
    AND aps.georisques_id = staged.georisques_id
    AND NOT staged.is_kept
    AND NOT EXISTS (
        SELECT FROM staged_pages
        WHERE staged_pages.georisques_id = staged.georisques_id AND staged_pages.page = ap_pages.page
    );
