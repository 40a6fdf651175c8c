UPDATE ap_pages
SET
    decision = staged.decision,
    confidence = staged.confidence,
    text = staged.text,
    search = staged.search
FROM staged_pages AS staged
INNER JOIN aps ON staged.georisques_id = aps.georisques_id
WHERE
    ap_pages.ap_id = aps.id
    AND ap_pages.page = staged.page
    AND (ap_pages.decision, ap_pages.confidence, ap_pages.text, ap_pages.search)
    IS DISTINCT FROM (staged.decision, staged.confidence, staged.text, staged.search);
