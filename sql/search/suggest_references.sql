-- Lines of the nomenclature in which every word typed begins a word; those of the rubrique typed come first.
WITH lines AS MATERIALIZED (
    SELECT
        id,
        rubrique,
        alinea,
        regime,
        description,
        fold_text(
            ' ' || rubrique || ' ' || coalesce(alinea, '') || ' '
            || CASE regime
                WHEN 'A' THEN 'autorisation'
                WHEN 'E' THEN 'enregistrement'
                WHEN 'D' THEN 'declaration'
                ELSE 'nc'
            END
            || ' ' || description || ' '
        ) AS folded
    FROM classement_references
)

SELECT
    lines.id,
    lines.rubrique,
    lines.alinea,
    lines.regime,
    lines.description
FROM lines
WHERE
    NOT EXISTS (
        SELECT FROM typed_words(%(text)s) AS typed
        WHERE lines.folded NOT LIKE '%% ' || typed.word || '%%'
    )
ORDER BY
    EXISTS (
        SELECT FROM typed_words(%(text)s) AS typed
        WHERE lines.rubrique LIKE typed.word || '%%'
    ) DESC,
    lines.rubrique ASC,
    array_position(ARRAY['A', 'E', 'D', 'NC'], lines.regime) ASC,
    lines.alinea ASC NULLS FIRST
LIMIT %(wanted)s;
