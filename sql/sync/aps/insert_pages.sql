INSERT INTO ap_pages (
    ap_id,
    page,
    decision,
    confidence,
    text,
    search
)
SELECT
    aps.id,
    staged.page,
    staged.decision,
    staged.confidence,
    staged.text,
    staged.search
FROM staged_pages AS staged
INNER JOIN aps ON staged.georisques_id = aps.georisques_id
WHERE NOT EXISTS (
    SELECT FROM ap_pages
    WHERE ap_pages.ap_id = aps.id AND ap_pages.page = staged.page
);
