DELETE FROM classements
USING classement_changes AS changes
WHERE classements.id = changes.id AND changes.change = 'deleted';
