"""The form of a line: what each field takes, and what it makes of it."""

from datetime import UTC, date, datetime

import pytest

from etl.s3ic import dates as data_step
from webapp.models import Classement
from webapp.own_installations import line_form
from webapp.own_installations.line_form import LineForm, form_of, read_date, read_line_form, read_volume

LINE = Classement(
    rubrique="2910", alinea="#", regime="E", volume="90.500", unit="kW", date_autorisation=date(2001, 2, 3)
)


def is_2910(rubrique: str) -> bool:
    return rubrique == "2910"


@pytest.mark.parametrize(
    ("typed", "volume", "unit"),
    [
        ("", None, None),
        ("90", "90", None),
        ("90.000 kW", "90.000", "kW"),
        ("1,5 t", "1.5", "t"),
        ("0 m3", "0", "m3"),
        ("1 250,5 kW", "1250.5", "kW"),
        ("12 345 678", "12345678", None),
        ("3 animaux-équivalents", "3", "animaux-équivalents"),
        ("90 100kW", "90", "100kW"),
    ],
)
def test_volumes(typed: str, volume: str | None, unit: str | None) -> None:
    assert read_volume(typed) == {"volume": volume, "unit": unit}


@pytest.mark.parametrize(
    "typed",
    ["90kW", "kW", "environ 90", "-3 t", "+3", "1e3 t", "< 100 kW", "\uff19 kW", "9" * 400, "1 " + "u" * 60],
)
def test_volumes_that_are_none(typed: str) -> None:
    with pytest.raises(ValueError, match=r"nombre|caractères"):
        read_volume(typed)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("", None),
        ("07/02/2021", date(2021, 2, 7)),
        ("7/2/2021", date(2021, 2, 7)),
        ("2021-02-07", date(2021, 2, 7)),
        ("7.2.2021", date(2021, 2, 7)),
        ("01/01/1850", date(1850, 1, 1)),
        (f"31/12/{datetime.now(UTC).year + 5}", date(datetime.now(UTC).year + 5, 12, 31)),
    ],
)
def test_days(typed: str, day: date | None) -> None:
    assert read_date(typed) == day


@pytest.mark.parametrize(
    "typed",
    ["31/02/2021", "2021", "07/02/21", "hier", "31/12/1849", "01/01/0019", "01/01/2999", "07/02/202\uff11"],
)
def test_days_that_are_none(typed: str) -> None:
    with pytest.raises(ValueError, match=r"date qui existe|année"):
        read_date(typed)


def test_the_years_are_those_of_the_data_step() -> None:
    assert (line_form.FIRST_YEAR, line_form.YEARS_AHEAD) == (data_step.FIRST_YEAR, data_step.YEARS_AHEAD)


def test_a_line_is_shown_as_people_write_it() -> None:
    typed = form_of(LINE).typed

    assert (typed["alinea"], typed["volume"], typed["date_autorisation"]) == ("", "90,5 kW", "03/02/2001")


def test_what_is_left_alone_changes_nothing() -> None:
    before = form_of(LINE)

    assert read_line_form(before.typed, before, is_2910) == LineForm(before.typed)


def test_only_what_changes_is_written() -> None:
    before = form_of(LINE)
    read = read_line_form({**before.typed, "volume": "3 t"}, before, is_2910)

    assert read.changes == {"volume": "3", "unit": "t"}
    assert read.stamp != before.stamp


def test_with_one_fault_nothing_is_written() -> None:
    before = form_of(LINE)
    read = read_line_form({**before.typed, "volume": "3 t", "rubrique": "9999"}, before, is_2910)

    assert set(read.errors) == {"rubrique"}
    assert read.changes == {}
    assert read.typed["volume"] == "3 t"


def test_a_rubrique_and_a_regime_are_needed() -> None:
    blank = LineForm()

    assert set(read_line_form({}, blank, is_2910).errors) == {"rubrique", "regime"}
