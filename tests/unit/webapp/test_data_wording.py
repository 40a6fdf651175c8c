"""The reasons of the reports in French."""

import pytest

from webapp.data.wording import reason_in_words


@pytest.mark.parametrize(
    ("reason", "file", "why"),
    [
        ("establishments: malformed nom", "Établissements", "valeur mal formée (colonne « nom »)"),
        ("classements: non-numeric quantité", "Classements", "valeur non numérique (colonne « quantité »)"),
        ("classements: unknown état", "Classements", "valeur hors de la liste connue (colonne « état »)"),
        ("classements: wrong field count", "Classements", "nombre de champs inattendu"),
        ("establishments: characters that are no text", "Établissements", "caractères illisibles"),
        ("classements: exact duplicate", "Classements", "doublon exact"),
        ("other: something new", "other", "something new"),
        ("something new", "", "something new"),
    ],
)  # fmt: skip
def test_reasons(reason: str, file: str, why: str) -> None:
    assert reason_in_words(reason) == (file, why)


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("malformed url_document", "valeur mal formée (colonne « url_document »)"),
        ("document of another site too", "document déposé aussi pour un autre établissement"),
        ("site not published", "ligne d’un établissement non publié"),
    ],
)
def test_reasons_of_a_step_with_one_file(reason: str, why: str) -> None:
    assert reason_in_words(reason, "documents") == ("Documents", why)
