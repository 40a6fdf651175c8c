"""Parameters of classements and volumes."""

from __future__ import annotations

from datetime import date

import pytest

from regulation.classement import (
    Classement,
    Regime,
    agreed_parameters,
    is_hidden,
    is_writable_volume,
    parameters_of,
    quantity,
    shown_volume,
)
from regulation.conditions import Parameter

ACT, START = date(2016, 11, 9), date(2007, 4, 20)


def line(rubrique: str = "1510", regime: Regime = Regime.E, **values: object) -> Classement:
    known = {"alinea": "2-b", "date_autorisation": ACT, "date_mise_en_service": START, "volume": "90.000"}
    return Classement(rubrique, regime, **{**known, **values})  # type: ignore[arg-type] # a table's values


@pytest.mark.parametrize(
    ("regime", "parameter"),
    [
        (Regime.A, Parameter.DATE_AUTORISATION),
        (Regime.E, Parameter.DATE_ENREGISTREMENT),
        (Regime.D, Parameter.DATE_DECLARATION),
        (Regime.NC, Parameter.DATE_ENREGISTREMENT),
        (Regime.UNKNOWN, Parameter.DATE_ENREGISTREMENT),
        (Regime.NONE, Parameter.DATE_ENREGISTREMENT),
    ],
)
def test_the_date_of_the_act_takes_its_name_from_the_regime(regime: Regime, parameter: Parameter) -> None:
    dates = {key: value for key, value in parameters_of(line(regime=regime)).items() if value == ACT}
    assert dates == {parameter: ACT}


def test_every_known_value_is_a_parameter() -> None:
    assert parameters_of(line()) == {
        "regime": "E",
        "alinea": "2-b",
        "rubrique": "1510",
        "quantite-rubrique": 90.0,
        "date-d-installation": START,
        "date-d-enregistrement": ACT,
    }


@pytest.mark.parametrize("regime", [Regime.UNKNOWN, Regime.NONE])
def test_an_unknown_value_gives_no_parameter(regime: Regime) -> None:
    unknown = Classement("1510", regime, alinea="", volume="inconnu")
    assert parameters_of(unknown) == {"rubrique": "1510"}


def test_a_quantity_of_zero_is_known() -> None:
    assert parameters_of(line(volume="0.000"))[Parameter.QUANTITE] == 0


def test_several_classements_keep_what_they_agree_on() -> None:
    agreed = agreed_parameters(
        [line(), line(alinea="2-a", volume="90"), line(alinea="2-a", volume="90,0 m3")]
    )
    assert agreed == {
        "regime": "E",
        "rubrique": "1510",
        "quantite-rubrique": 90.0,
        "date-d-installation": START,
        "date-d-enregistrement": ACT,
    }


def test_a_parameter_that_one_line_lacks_is_not_agreed_on() -> None:
    assert Parameter.DATE_INSTALLATION not in agreed_parameters([line(), line(date_mise_en_service=None)])
    assert Parameter.DATE_INSTALLATION not in agreed_parameters([line(date_mise_en_service=None), line()])


def test_no_classement_gives_no_parameter() -> None:
    assert agreed_parameters([]) == {}


def test_regimes_by_strength() -> None:
    strongest_first = ["A", "E", "D", "NC", "unknown", ""]
    assert sorted(Regime, key=lambda regime: regime.rank) == strongest_first


@pytest.mark.parametrize(
    ("volume", "number", "shown"),
    [
        ("90.000", 90.0, "90"),
        ("0.170", 0.17, "0.17"),
        ("0.000", 0.0, "0"),
        ("10", 10.0, "10"),
        ("100.000 m3", 100.0, "100 m3"),
        ("260.000 kW", 260.0, "260 kW"),
        ("1,5 t", 1.5, "1,5 t"),
        ("1,50  t / an", 1.5, "1,5 t / an"),
        ("  90 m3 ", 90.0, "90 m3"),
        ("90\N{NO-BREAK SPACE}m3", 90.0, "90 m3"),
        ("-3.10", -3.1, "-3.1"),
        (".50", 0.5, ".5"),
        ("1 000 m3", 1.0, "1 000 m3"),
        ("", None, ""),
        ("m3", None, "m3"),
        ("90m3", None, "90m3"),
        ("environ 90 m3", None, "environ 90 m3"),
        ("1_000", None, "1_000"),
        ("nan", None, "nan"),
        ("inf", None, "inf"),
        ("1e3", None, "1e3"),
        ("١٢", None, "١٢"),
        ("1.2.3", None, "1.2.3"),
        ("9" * 400, None, "9" * 400),
    ],
)
def test_volumes(volume: str, number: float | None, shown: str) -> None:
    assert quantity(volume) == number
    assert shown_volume(volume) == shown


@pytest.mark.parametrize(
    ("volume", "writable"),
    [
        ("", True),
        (" ", True),
        ("90", True),
        ("1,5 t", True),
        ("90m3", False),
        ("m3 90", False),
        ("beaucoup", False),
    ],
)
def test_volumes_that_a_person_may_enter(volume: str, *, writable: bool) -> None:
    assert is_writable_volume(volume) is writable


@pytest.mark.parametrize(
    ("rubrique", "hidden"), [("4718", True), ("47xx", True), ("4510", False), ("2747", False)]
)
def test_hidden_rubriques(rubrique: str, *, hidden: bool) -> None:
    assert is_hidden(rubrique) is hidden
