"""Which orders are listed, which apply, why, and in which order."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from regulation.applicability import OrderIndex, parameters_for
from regulation.classement import Classement, Regime
from regulation.warnings import WarningKind
from tests.unit.regulation import fictitious as f

if TYPE_CHECKING:
    from regulation.order import Order

START = "date-d-installation"


def bound(number: int, *bindings: tuple[str, str, list[str]], **values: object) -> Order:
    found = [{"rubrique": r, "regime": regime, "alineas": alineas} for r, regime, alineas in bindings]
    return f.order(
        f.section(f"S{number}"),
        cid=f"JORFTEXT{number:012}",
        **{"classements_with_alineas": found, **values},
    )


def line(rubrique: str, regime: str, alinea: str = "", *, start: str = "", volume: str = "") -> Classement:
    return Classement(
        rubrique,
        Regime(regime),
        alinea,
        date_mise_en_service=date.fromisoformat(start) if start else None,
        volume=volume,
    )


def listing(orders: list[Order], *lines: Classement) -> list[tuple[int, bool, list[str]]]:
    """Number of each listed order, whether it applies, kinds of its warnings."""
    return [
        (int(listed.order.cid[8:]), listed.applicable, [warning.kind.value for warning in listed.warnings])
        for listed in OrderIndex(orders).list_orders(lines)
    ]


@pytest.mark.parametrize(
    ("line_given", "expected"),
    [
        (line("2910", "E", "A-1"), [(1, True, [])]),
        (line("2910", "E", "A-2"), [(1, False, ["alinea_mismatch"])]),
        (line("2910", "E", ""), [(1, False, ["alinea_mismatch"])]),
        (line("2910", "D", "A-1"), []),
        (line("2915", "E", "A-1"), []),
        (line("2910", "unknown", "A-1"), []),
        (line("2910", "", "A-1"), []),
    ],
)
def test_rubrique_and_regime_list_an_order_and_alinea_decides(
    line_given: Classement, expected: list[tuple[int, bool, list[str]]]
) -> None:
    assert listing([bound(1, ("2910", "E", ["A-1"]))], line_given) == expected


def test_no_alineas_means_all() -> None:
    assert listing([bound(1, ("2910", "E", []))], line("2910", "E", "C")) == [(1, True, [])]


def test_one_line_with_the_alinea_is_enough() -> None:
    order = bound(1, ("2910", "E", ["A-1"]))
    assert listing([order], line("2910", "E", "B"), line("2910", "E", "A-1")) == [(1, True, [])]


def test_two_bindings_of_one_rubrique_and_regime_both_count() -> None:
    order = bound(1, ("2910", "E", ["A-1"]), ("2910", "E", ["B"]))
    assert listing([order], line("2910", "E", "B")) == [(1, True, [])]


def test_without_classement_nothing_is_listed() -> None:
    assert listing([bound(1, ("2910", "E", []))]) == []


def test_transverse_orders_are_apart() -> None:
    order = bound(1, ("2910", "E", []), is_transverse=True)
    index = OrderIndex([order, bound(2, ("2910", "E", []))])
    assert [listed.order.cid[-1] for listed in index.list_orders([line("2910", "E")])] == ["2"]
    assert index.transverse_orders == (order,)


OLD = f.either(f.lt(START, "2013-12-10"))


@pytest.mark.parametrize(
    ("lines", "applicable", "kinds"),
    [
        ([line("2910", "E", start="2013-12-09")], False, ["am_inapplicable"]),
        ([line("2910", "E", start="2013-12-10")], True, []),
        ([line("2910", "E")], True, ["am_possibly_inapplicable"]),
        # the condition sees every line of the rubrique and regime, whatever its alinea
        (
            [line("2910", "E", "a", start="2013-12-09"), line("2910", "E", "b")],
            True,
            ["am_possibly_inapplicable"],
        ),
        (
            [line("2910", "E", start="2013-12-09"), line("1510", "A", start="2020-01-01")],
            False,
            ["am_inapplicable"],
        ),
        ([line("2910", "E", start="2013-12-09"), line("2910", "E", start="2013-12-08")], True, None),
    ],
)
def test_the_condition_of_the_order(
    lines: list[Classement], *, applicable: bool, kinds: list[str] | None
) -> None:
    found = listing([bound(1, ("2910", "E", []), condition=OLD)], *lines)
    assert found == [(1, applicable, ["am_possibly_inapplicable"] if kinds is None else kinds)]


def test_warnings_come_static_then_conditional_then_alinea() -> None:
    order = bound(1, ("2910", "E", ["a"]), condition=OLD, warnings=["Un.", "Deux."])
    (found,) = OrderIndex([order]).list_orders([line("2910", "E", "b", start="2000-01-01")])
    assert [(warning.kind.value, warning.text) for warning in found.warnings] == [
        ("static", "Un."),
        ("static", "Deux."),
        ("am_inapplicable", ""),
        ("alinea_mismatch", ""),
    ]
    assert found.warnings[2].condition == order.condition_of_inapplicability
    assert not found.applicable


def test_applicable_first_then_regime_then_newest_then_cid() -> None:
    orders = [
        bound(1, ("2910", "D", [])),
        bound(2, ("1510", "A", ["1"])),
        bound(3, ("1510", "A", []), date_of_signature="2001-01-01"),
        bound(5, ("1510", "A", []), date_of_signature="2012-01-01"),
        bound(4, ("1510", "A", []), date_of_signature="2012-01-01"),
        bound(6, ("2921", "E", []), ("2910", "D", [])),
        bound(7, ("2910", "D", []), condition=OLD, date_of_signature="2020-01-01"),
    ]
    lines = [line("2910", "D", start="2000-01-01"), line("2921", "E"), line("1510", "A", "2")]
    assert [number for number, *_ in listing(orders, *lines)] == [4, 5, 3, 6, 1, 2, 7]


def test_the_strongest_matching_regime_counts() -> None:
    order = bound(1, ("1510", "A", ["9"]), ("1510", "D", []))
    (found,) = OrderIndex([order]).list_orders([line("1510", "D"), line("1510", "A", "1"), line("2910", "E")])
    assert (found.regime, found.applicable) == (Regime.A, True)


def test_parameters_come_from_the_lines_that_match_the_alinea_too() -> None:
    order = bound(1, ("1510", "E", ["2-b"]))
    lines = [
        line("1510", "E", "2-b", volume="90"),
        line("1510", "E", "2-a", volume="91"),
        line("1510", "D", "2-b", volume="92"),
        line("2910", "E", "2-b", volume="93"),
    ]
    expected = {"regime": "E", "alinea": "2-b", "rubrique": "1510", "quantite-rubrique": 90.0}
    assert parameters_for(order, lines) == expected
    assert parameters_for(order, lines[1:]) == {}


def test_masked_lines_leave_orders_undetermined() -> None:
    orders = [
        bound(1, ("4718", "A", [])),
        bound(2, ("1510", "A", []), ("4725", "D", [])),
        bound(3, ("1510", "A", [])),
    ]
    index = OrderIndex(orders)
    masked = line("47xx", "NC")
    assert [order.cid[-1] for order in index.undetermined_orders([line("1510", "A"), masked])] == ["1", "2"]
    assert index.undetermined_orders([line("1510", "A")]) == ()
    assert index.list_orders([masked]) == []


def test_answers_do_not_leak_from_one_installation_to_another() -> None:
    index = OrderIndex([bound(1, ("2910", "E", ["a"]), condition=OLD)])
    first = index.list_orders([line("2910", "E", "b", start="2000-01-01")])
    assert [
        warning.kind
        for warning in index.list_orders([line("2910", "E", "a", start="2020-01-01")])[0].warnings
    ] == []
    assert index.list_orders([line("2910", "E", "b", start="2000-01-01")]) == first
    assert first[0].warnings[-1].kind is WarningKind.ALINEA_MISMATCH
