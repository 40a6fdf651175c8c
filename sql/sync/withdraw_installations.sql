UPDATE installations
SET
    withdrawn_at = now(),
    updated_at = now()
FROM installation_changes AS changes
WHERE installations.id = changes.id AND changes.change = 'withdrawn';
