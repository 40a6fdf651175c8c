"""Lines that break a rule: the reason, the line, and what may be shown of them."""

from pathlib import Path

import pytest

from etl.errors import RefusedError
from tests.leak_values import hidden_values
from tests.s3ic_extraction import (
    DEMO,
    LINES_FILE,
    SITES_FILE,
    Result,
    line,
    lines_text,
    site,
    sites_text,
    transform,
)

SITES = [site(number) for number in range(100)]
LINES = [line(number) for number in range(100)]


def with_site(tmp_path: Path, **changes: str) -> Result:
    return transform(tmp_path, [*SITES, site(900, **changes)], LINES)


def with_line(tmp_path: Path, **changes: str) -> Result:
    return transform(tmp_path, SITES, [*LINES, line(9, **changes)])


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("code_s3ic", "0099-00900", "malformed code_s3ic"),
        ("code_s3ic", "99.900", "malformed code_s3ic"),
        ("code_s3ic", "0099.00900 ", "malformed code_s3ic"),
        ("code_s3ic", "", "malformed code_s3ic"),
        ("coordonnées_géographiques_x", "694 200", "non-numeric coordonnées_géographiques_x"),
        ("coordonnées_géographiques_x", "nan", "non-numeric coordonnées_géographiques_x"),
        ("coordonnées_géographiques_y", "6,8e6", "non-numeric coordonnées_géographiques_y"),
        ("date_inspection", "2021-02-29", "malformed date_inspection"),
        ("date_inspection", "29/01/2021", "malformed date_inspection"),
        ("date_inspection", "2021-1-29", "malformed date_inspection"),
        ("date_inspection", "0000-01-01", "malformed date_inspection"),
        ("date_inspection", "2021-01-29\n", "malformed date_inspection"),
        ("régime_etab_en_vigueur", "a", "unknown régime_etab_en_vigueur"),
        ("statut_seveso", "SH", "unknown statut_seveso"),
        ("famille", "Industries", "unknown famille"),
        ("état_de_l_activité", "En marche", "unknown état_de_l_activité"),
        ("raison_sociale", "A\x00B", "characters that are no text"),
        ("raison_sociale", "A\rB", "characters that are no text"),
    ],
)
def test_a_bad_establishment_is_rejected(tmp_path, column, value, reason) -> None:
    result = with_site(tmp_path, **{column: value})
    assert [(row["file"], row["line"], row["reason"]) for row in result.rejects] == [
        ("establishments", "102", reason)
    ]
    assert result.report.rejected == {f"establishments: {reason}": 1}
    assert len(result.installations) == 100


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("code_s3ic", "0099", "malformed code_s3ic"),
        ("rubrique_envigueur", "", "malformed rubrique_envigueur"),
        ("rubrique_envigueur", "29-10", "malformed rubrique_envigueur"),
        ("rubrique_envigueur", " 4718", "malformed rubrique_envigueur"),
        ("rubrique_autorisé", "04718", "malformed rubrique_autorisé"),
        ("date_acte_rub_en_vigueur", "2016-13-01", "malformed date_acte_rub_en_vigueur"),
        ("date_début_exploitation_rub", "hier", "malformed date_début_exploitation_rub"),
        (
            "date_dernière_modification_notable_rub",
            "20180319",
            "malformed date_dernière_modification_notable_rub",
        ),
        ("quantité", "90,000", "non-numeric quantité"),
        ("quantité", "1e3", "non-numeric quantité"),
        ("quantité", "٣", "non-numeric quantité"),
        ("régime_envigueur", "X", "unknown régime_envigueur"),
        ("régime_autorisé", "unknown", "unknown régime_autorisé"),
        ("état_technique", "Arrêté", "unknown état_technique"),
    ],
)
def test_a_bad_line_is_rejected_and_its_value_never_quoted_as_a_reason(
    tmp_path, column, value, reason
) -> None:
    result = with_line(tmp_path, **{column: value})
    assert [(row["file"], row["line"], row["reason"]) for row in result.rejects] == [
        ("classements", "102", reason)
    ]
    assert len(result.classements) == 100


@pytest.mark.parametrize(
    "changes",
    [
        {"statut_seveso": ""},
        {"famille": ""},
        {"date_inspection": "2020-02-29"},
        {"date_inspection": "0019-12-09"},
        {"coordonnées_géographiques_x": "", "coordonnées_géographiques_y": ""},
        {"coordonnées_géographiques_x": "-1250.75"},
        {"raison_sociale": ""},
        {"raison_sociale": "tab\tand « œ », \u2028 \U0001f3ed"},
        {"code_postal": ""},
    ],
)
def test_what_looks_odd_and_is_allowed(tmp_path, changes) -> None:
    result = with_site(tmp_path, **changes)
    assert (result.rejects, len(result.installations)) == ([], 101)


@pytest.mark.parametrize(
    "changes",
    [
        {"rubrique_envigueur": "253"},
        {"rubrique_envigueur": "153 bis"},
        {"rubrique_autorisé": ""},
        {"régime_envigueur": "", "régime_autorisé": ""},
        {"quantité": "", "unité": ""},
        {"quantité": "-0.5"},
    ],
)
def test_lines_that_look_odd_and_are_allowed(tmp_path, changes) -> None:
    result = with_line(tmp_path, **changes)
    assert (result.rejects, len(result.classements)) == ([], 101)


def test_rejected_lines_are_those_of_the_file_after_a_line_break_in_a_field(tmp_path) -> None:
    sites = [site(0, raison_sociale="ONE\nTWO\nTHREE"), *SITES[1:], site(900, famille="autre")]
    text = sites_text(sites)
    result = transform(tmp_path, text, LINES)
    (reject,) = result.rejects
    assert text.split("\n")[int(reject["line"]) - 1] == reject["text"]


def test_a_line_of_another_length_is_rejected_with_its_text(tmp_path) -> None:
    text = sites_text(SITES) + "0099.00900;ILE DE FRANCE;too short\n"
    result = transform(tmp_path, text, LINES)
    assert result.rejects == [
        {
            "file": "establishments",
            "line": "102",
            "reason": "wrong field count",
            "text": "0099.00900;ILE DE FRANCE;too short",
        }
    ]


def test_one_line_in_fifty_may_be_rejected_and_no_more(tmp_path) -> None:
    bad = [site(900, famille="autre"), site(901, famille="autre")]
    assert len(transform(tmp_path, [*SITES[:98], *bad], LINES[:98]).rejects) == 2
    with pytest.raises(RefusedError, match="2 of 99 lines would be rejected"):
        transform(tmp_path / "one-less", [*SITES[:97], *bad], LINES[:97])


MASKED = "0099.00009;47xx;;NC;;;;;;47xx;;NC;;"
SECRET = {
    "libellé_court_envigueur": "Sphère Capucine",
    "alinéa_envigueur": "7-z",
    "quantité": "91827364.567",
    "unité": "wagons",
    "date_début_exploitation_rub": "1987-03-29",
}


@pytest.mark.parametrize(
    "changes",
    [
        {"rubrique_envigueur": "4718", "date_acte_rub_en_vigueur": "nonsense"},
        {"rubrique_autorisé": "4725", "quantité": "9 1827364"},
        {"rubrique_envigueur": "47xx", "régime_envigueur": "Z"},
        {"rubrique_envigueur": " 4718"},
        {"rubrique_envigueur": "04718"},
        {"rubrique_envigueur": "'4718"},
        {"rubrique_envigueur": "\uff14\uff17\uff11\uff18"},
        {"rubrique_envigueur": "4 718"},
        {"rubrique_envigueur": "47\x0018"},
        {"rubrique_envigueur": "4\x00718"},
        {"rubrique_envigueur": "4718;4718"},
    ],
)
def test_a_rejected_line_that_may_be_hidden_shows_its_site_and_state_only(tmp_path, changes) -> None:
    row = line(9, **SECRET | changes)
    text = lines_text(LINES) + ";".join(row.values()) + "\n"
    result = transform(tmp_path, SITES, text)
    (reject,) = result.rejects
    assert reject["text"].replace("En fonctionnement", "") == MASKED
    everything = "".join(path.read_text("utf-8") for path in (tmp_path / "output").iterdir())
    for secret in ("Capucine", "7-z", "1827364", "wagons", "1987-03-29"):
        assert secret not in everything


def test_the_hidden_values_of_the_demo_are_in_no_file(tmp_path) -> None:
    transform(tmp_path, (DEMO / SITES_FILE).read_bytes(), (DEMO / LINES_FILE).read_bytes())
    source = (DEMO / LINES_FILE).read_text("utf-8")
    assert sum(value in source for value in hidden_values()) > 30
    for path in (tmp_path / "output").iterdir():
        text = path.read_text("utf-8")
        assert [value for value in hidden_values() if value in text] == [], path
