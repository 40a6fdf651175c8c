"""Several tabs of one browser at once: nothing is lost, nothing doubled."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from tests.people import (
    Person,
    alineas,
)

pytestmark = pytest.mark.postgres


def test_many_tabs_at_once_lose_and_double_nothing(person: Person, picking_app: Flask) -> None:
    names = alineas(person.read())[:12]
    with ThreadPoolExecutor(8) as tabs:
        answers = list(tabs.map(lambda name: tab_of(person, picking_app).tick(name).status_code, names * 3))

    assert set(answers) == {303}
    assert sorted(person.held()) == sorted(names)


def test_the_first_picks_of_two_tabs_belong_to_one_person(person: Person, picking_app: Flask) -> None:
    """Nobody has a row yet: both tabs make it at the same moment."""
    names = alineas(person.read())[:8]
    with ThreadPoolExecutor(8) as tabs:
        list(tabs.map(lambda name: tab_of(person, picking_app).tick(name), names))

    assert sorted(person.held()) == sorted(names)


def test_ticks_removals_and_undo_at_once_end_well(person: Person, picking_app: Flask) -> None:
    names = alineas(person.read())[:10]

    def work(number: int) -> int:
        tab = tab_of(person, picking_app)
        if number % 5 == 3:
            return tab.send("retirer", tout="oui").status_code
        if number % 5 == 4:
            return tab.send("remettre").status_code
        return tab.tick(names[number % 10]).status_code

    person.tick(names[0])
    with ThreadPoolExecutor(8) as tabs:
        assert set(tabs.map(work, range(60))) == {303}
    held = person.held()
    assert len(held) == len(set(held))


def tab_of(person: Person, picking_app: Flask) -> Person:
    """Another tab of the same browser."""
    tab = Person(picking_app, person.site, person.cid)
    cookie = person.client.get_cookie("envinorma")
    assert cookie is not None
    tab.client.set_cookie("envinorma", cookie.value)
    tab.token = person.token
    return tab
