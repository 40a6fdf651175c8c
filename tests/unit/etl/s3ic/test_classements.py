"""The rules of the classement lines, confidentiality first."""

import itertools

import pytest

from etl.errors import SettingsError
from etl.s3ic import hidden_rubriques
from etl.s3ic.classements import SORTED_BY
from tests.s3ic_extraction import Row, line, site, transform

SITES = [site(0), site(1)]
EMPTY_WHERE_HIDDEN = {
    "alinea",
    "activite",
    "date_autorisation",
    "date_mise_en_service",
    "last_substantial_modif_date",
    "alinea_acte",
    "volume",
    "unit",
}


def published_line(tmp_path, **changes: str) -> Row:
    (row,) = transform(tmp_path, SITES, [line(0, **changes)]).classements
    return row


@pytest.mark.parametrize(
    ("column", "given", "output", "expected"),
    [
        *(
            (f"régime_{kind}", given, output, expected)
            for kind, output in (("envigueur", "regime"), ("autorisé", "regime_acte"))
            for given, expected in {
                "A": "A", "E": "E", "D": "D", "DC": "D", "NC": "NC",
                "S": "unknown", "1": "unknown", "2": "unknown", "3": "unknown",
            }.items()
        ),
        ("régime_envigueur", "", "regime", "unknown"),
        ("régime_autorisé", "", "regime_acte", ""),
        ("date_acte_rub_en_vigueur", "1814-11-23", "date_autorisation", ""),
        ("date_début_exploitation_rub", "2099-01-01", "date_mise_en_service", ""),
        ("date_dernière_modification_notable_rub", "0219-06-01", "last_substantial_modif_date", ""),
        ("date_acte_rub_en_vigueur", "1850-01-01", "date_autorisation", "1850-01-01"),
        ("quantité", "90.000", "volume", "90.000"),
        ("quantité", "0.000", "volume", "0.000"),
        ("unité", "°C", "unit", "°C"),
        ("alinéa_envigueur", "#", "alinea", "#"),
        ("rubrique_autorisé", "253", "rubrique_acte", "253"),
        ("libellé_court_envigueur", 'Dépôt "A", et autres', "activite", 'Dépôt "A", et autres'),
        ("état_technique", "En fonctionnement", "state", "En fonctionnement"),
    ],
)  # fmt: skip
def test_what_becomes_of_a_value(tmp_path, column, given, output, expected) -> None:
    assert published_line(tmp_path, **{column: given})[output] == expected


@pytest.mark.parametrize(
    ("in_force", "of_act"),
    [("4718", "4718"), ("4718", "1412"), ("1412", "4718"), ("4725", ""), ("47xx", "47xx"), ("47", "2910")],
)
def test_a_line_of_a_hidden_rubrique_shows_site_and_state_only(tmp_path, in_force, of_act) -> None:
    row = published_line(tmp_path, rubrique_envigueur=in_force, rubrique_autorisé=of_act)
    shown = {"s3ic_id": "0099.00000", "state": "En fonctionnement"}
    masked = dict.fromkeys(("rubrique", "rubrique_acte"), "47xx")
    assert row == shown | masked | dict.fromkeys(("regime", "regime_acte"), "NC") | dict.fromkeys(
        EMPTY_WHERE_HIDDEN, ""
    )


@pytest.mark.parametrize("rubrique", ["4510", "1470", "474x", "2947"])
def test_other_rubriques_are_shown(tmp_path, rubrique) -> None:
    row = published_line(tmp_path, rubrique_envigueur="1470", rubrique_autorisé=rubrique.replace("474x", "4"))
    assert (row["rubrique"], row["volume"]) == ("1470", "90.000")


def test_lines_that_masking_makes_equal_stay_and_exact_duplicates_go(tmp_path) -> None:
    lines = [
        line(0, "4718", quantité="1.000"),
        line(0, "4718", quantité="2.000"),
        line(0, "4718", quantité="2.000"),
        line(0, "2910"),
        line(0, "2910"),
    ]
    result = transform(tmp_path, SITES, lines)
    assert [row["rubrique"] for row in result.classements] == ["2910", "47xx", "47xx"]
    assert result.report.filtered == {"classements: exact duplicate": 2}
    assert result.report.details["hidden_lines"] == 2


def test_lines_not_published_are_counted(tmp_path) -> None:
    lines = [
        line(0),
        line(7),
        line(0, état_technique="En projet"),
        line(0, état_technique="Reprise"),
        line(0, état_technique="A l'arrêt"),
        line(0, état_technique=""),
    ]
    result = transform(tmp_path, SITES, lines)
    assert len(result.classements) == 1
    assert result.report.filtered == {
        "classements: site not published": 1,
        "classements: state not published": 4,
    }


def test_dates_emptied_are_counted_where_they_would_show(tmp_path) -> None:
    old = {"date_acte_rub_en_vigueur": "1814-11-23"}
    result = transform(tmp_path, SITES, [line(0, **old), line(1, **old), line(0, "4718", **old)])
    assert result.report.details["classements"]["dates_emptied"] == {
        "date_autorisation": 2,
        "date_mise_en_service": 0,
        "last_substantial_modif_date": 0,
    }


def test_lines_are_sorted_with_empty_last_whatever_the_order_of_the_file(tmp_path) -> None:
    lines = [
        line(
            site_number,
            rubrique,
            date_acte_rub_en_vigueur=authorised,
            date_début_exploitation_rub=started,
            alinéa_envigueur=alinea,
            quantité=volume,
        )
        for site_number, rubrique, authorised, started, alinea, volume in itertools.product(
            (1, 0),
            ("2910", "1510"),
            ("", "2020-01-01", "2010-01-01"),
            ("2011-01-01", ""),
            ("", "A"),
            ("9.0", "10.0"),
        )
    ]
    forth = transform(tmp_path / "forth", SITES, lines).classements
    back = transform(tmp_path / "back", SITES, reversed(lines)).classements
    names = [*SORTED_BY, *(name for name in forth[0] if name not in SORTED_BY)]
    assert forth == back
    assert forth == sorted(forth, key=lambda row: [(row[name] == "", row[name]) for name in names])


@pytest.mark.parametrize(
    ("setting", "hidden"),
    [
        ("", set()),
        ("4510", {"4510"}),
        (" 4510 , 4511,", {"4510", "4511"}),
        ("45xx", {"4510", "4511"}),
        ("4xxx", {"4510", "4511", "4331"}),
    ],
)
def test_one_setting_hides_more_volumes(tmp_path, setting, hidden) -> None:
    lines = [line(0, rubrique) for rubrique in ("4510", "4511", "4331", "2910")]
    result = transform(tmp_path, SITES, lines, hidden_volume_rubriques=hidden_rubriques(setting))
    without = {row["rubrique"] for row in result.classements if row["volume"] == row["unit"] == ""}
    assert without == hidden
    assert {row["activite"] for row in result.classements} == {"Combustion"}


@pytest.mark.parametrize("setting", ["4510;4511", "x", "45-10", "rubrique"])
def test_a_setting_that_is_no_rubrique_is_refused(setting) -> None:
    with pytest.raises(SettingsError, match="HIDDEN_VOLUME_RUBRIQUES names"):
        hidden_rubriques(setting)
