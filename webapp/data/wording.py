"""The outcomes and reasons of the reports in words."""

OUTCOMES = {
    "done": "Mis à jour",
    "unchanged": "Aucun changement",
    "refused": "Refusé",
    "failed": "Échec",
}
SOURCE_FILES = {
    "establishments": "Établissements",
    "classements": "Classements",
    "documents": "Documents",
}
REASONS = {
    # why lines are rejected
    "wrong field count": "nombre de champs inattendu",
    "characters that are no text": "caractères illisibles",
    # why lines are set aside on purpose
    "another line of the same site": "autre ligne du même établissement",
    "exact duplicate": "doublon exact",
    "regime not published": "régime non publié",
    "state not published": "état d’activité non publié",
    "site not published": "ligne d’un établissement non publié",
    "type not known": "type de document inconnu",
    "another line of the same document": "autre ligne du même document",
    "document of another site too": "document déposé aussi pour un autre établissement",
}
# A reason of one column: its first word says what is wrong, the rest names the column of the source.
REASONS_OF_A_COLUMN = {
    "malformed": "valeur mal formée",
    "unknown": "valeur hors de la liste connue",
    "non-numeric": "valeur non numérique",
}
# Columns of the published files whose dates are emptied when nobody can believe them.
DATES = {
    "last_inspection": "dernière inspection",
    "date_autorisation": "date d’autorisation",
    "date_mise_en_service": "mise en service",
    "last_substantial_modif_date": "dernière modification notable",
    "date": "date du document",
}


def reason_in_words(reason: str, only_file: str = "") -> tuple[str, str]:
    """Return the file and the reason of `establishments: malformed code_s3ic` in French.

    What is not known comes back as it is. A step with one file does not name it: it is `only_file`.
    """
    file, separator, why = reason.partition(": ")
    if not separator:
        file, why = only_file, reason
    kind, _, column = why.partition(" ")
    if why in REASONS:
        why = REASONS[why]
    elif column and kind in REASONS_OF_A_COLUMN:
        why = f"{REASONS_OF_A_COLUMN[kind]} (colonne « {column} »)"
    return SOURCE_FILES.get(file, file), why
