-- The alineas of a withdrawn order stay, out of search: the order may come back.
DELETE FROM alineas
USING staged_ams AS staged
WHERE
    alineas.cid = staged.cid
    AND staged.is_changed
    AND NOT EXISTS (
        SELECT FROM staged_alineas
        WHERE staged_alineas.alinea_id = alineas.alinea_id
    );
