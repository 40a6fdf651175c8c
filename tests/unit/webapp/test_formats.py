"""Dates, numbers and durations as French writes them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from webapp import formats

# Spaces: a thin one between thousands, one that does not break before a unit.
THIN, FIXED = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90.000", "90"),
        ("0.170", "0,17"),
        ("47.674", "47,674"),
        ("1250.500", f"1{THIN}250,5"),
        ("112638.402", f"112{THIN}638,402"),
        ("1000000", f"1{THIN}000{THIN}000"),
        ("0.000", "0"),
        ("-3.20", "-3,2"),
        ("1E3", f"1{THIN}000"),
        ("NaN", "NaN"),
        ("environ 3", "environ 3"),
    ],
)
def test_quantities(text: str, expected: str) -> None:
    assert formats.quantity(text) == expected


@pytest.mark.parametrize(
    ("value", "short", "long"),
    [
        (date(2021, 2, 7), "07/02/2021", f"7{FIXED}février 2021"),
        (date(2021, 8, 1), "01/08/2021", f"1er{FIXED}août 2021"),
        (date(19, 12, 9), "09/12/0019", f"9{FIXED}décembre 19"),
    ],
)
def test_days(value: date, short: str, long: str) -> None:
    assert formats.short_day(value) == short
    assert formats.long_day(value) == long


def test_moments_are_told_in_paris() -> None:
    just_before_midnight = datetime(2026, 7, 31, 22, 5, tzinfo=UTC)

    assert formats.moment(just_before_midnight) == f"1er{FIXED}août 2026 à 0{FIXED}h{FIXED}05"
    assert formats.long_day(just_before_midnight) == f"1er{FIXED}août 2026"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.2, f"moins d’une{FIXED}seconde"),
        (12, f"12{FIXED}s"),
        (200, f"3{FIXED}min 20{FIXED}s"),
        (60, f"1{FIXED}min"),
        (7500, f"2{FIXED}h 5{FIXED}min"),
    ],
)
def test_durations(seconds: float, expected: str) -> None:
    assert formats.duration(timedelta(seconds=seconds)) == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, f"0{FIXED}ligne"),
        (1, f"1{FIXED}ligne"),
        (2, f"2{FIXED}lignes"),
        (13113, f"13{THIN}113{FIXED}lignes"),
    ],
)
def test_plurals(count: int, expected: str) -> None:
    assert formats.plural(count, "ligne", "lignes") == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [(820, f"820{FIXED}octets"), (14_400, f"14{FIXED}ko"), (3_240_000, f"3,2{FIXED}Mo")],
)
def test_sizes(count: int, expected: str) -> None:
    assert formats.size(count) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, f"0{FIXED}%"), (0.004, f"moins de 1{FIXED}%"), (0.416, f"42{FIXED}%"), (1.0, f"100{FIXED}%")],
)
def test_shares(share: float, expected: str) -> None:
    assert formats.percent(share) == expected


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (0.9, f"il y a moins d’une{FIXED}heure"),
        (1.5, f"il y a 1{FIXED}heure"),
        (47.5, f"il y a 47{FIXED}heures"),
        (48.5, f"il y a 2{FIXED}jours"),
        (24 * 45 + 1, f"il y a 45{FIXED}jours"),
    ],
)
def test_ages(hours: float, expected: str) -> None:
    assert formats.age(datetime.now(UTC) - timedelta(hours=hours)) == expected
