"""Topics of sections: many at once, one on any way from the top down."""

import json

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from etl.settings import Settings
from tests.ams import WAREHOUSES, Document, demo_order, section_of, sections_of
from tests.backoffice_orders import forget_versions, stored_document
from tests.editors import HERE, Visitor, editor_of, words_of
from tests.site_visits import faultless, run

pytestmark = pytest.mark.postgres

PAGE = f"/back-office/arretes/{WAREHOUSES}/themes"
LAST = "069535510C52"  # one alinea, no topic
ANNEX = "Ac40a1410E4f"  # no text, topics below
WATER, RELEASES = "AfaD8d7c5Ef6", "447F9a589774"  # one has a topic, the other stands below


@pytest.fixture(scope="module")
def signed_in(filled_office: Flask) -> Visitor:
    return editor_of(filled_office, "ada", "editor")


@pytest.fixture
def ada(signed_in: Visitor, filled_settings: Settings) -> Visitor:
    """An editor, the order as it was imported."""
    forget_versions(filled_settings)
    return signed_in


def fields_of(page: BeautifulSoup, **changes: str) -> dict[str, str]:
    """What a browser would send, some topics changed."""
    fields = {
        str(entry["name"]): str(entry["value"]) for entry in page.select("main form[action$=themes] input")
    }
    for choice in page.select("main select"):
        chosen = choice.select_one("option[selected]")
        fields[str(choice["name"])] = str(chosen["value"]) if chosen else ""
    return {**fields, **{f"theme.{section}": topic for section, topic in changes.items()}}


def send(visitor: Visitor, fields: dict[str, str]) -> TestResponse:
    return visitor.client.post(PAGE, data=fields, headers=HERE)


def topics_of(document: Document) -> dict[str, str]:
    found = {section["id"]: section["annotations"]["topic"] for section in sections_of(document)}
    return {section: topic for section, topic in found.items() if topic}


def test_many_topics_are_one_version(ada: Visitor, filled_settings: Settings) -> None:
    page = ada.read(PAGE)
    assert "sur 20 sections ayant un texte" in " ".join(page.text.split())
    assert len(page.select(f"#t-{LAST} option")) == 10
    assert not page.select("option[value=AUCUN]")
    answer = send(ada, fields_of(page, **{LAST: "FIN_EXPLOITATION", WATER: "", RELEASES: "RISQUES"}))
    assert answer.location == f"{PAGE}?fait=themes"
    assert "Les thèmes sont enregistrés." in ada.read(answer.location).text
    expected = demo_order()
    for section, topic in ((LAST, "FIN_EXPLOITATION"), (WATER, None), (RELEASES, "RISQUES")):
        section_of(expected, section)["annotations"]["topic"] = topic
    assert json.dumps(stored_document(filled_settings)) == json.dumps(expected)
    assert run(filled_settings, "SELECT max(number) FROM backoffice.order_versions") == 2
    query = "SELECT details ->> 'comment' FROM backoffice.events WHERE action = 'topics'"
    assert run(filled_settings, query) == "3 sections"
    back = send(ada, fields_of(ada.read(PAGE), **{LAST: "", WATER: "EAU", RELEASES: ""}))
    assert back.status_code == 303
    assert json.dumps(stored_document(filled_settings)) == json.dumps(demo_order())


def test_a_page_sent_back_as_it_came_changes_nothing(ada: Visitor, filled_settings: Settings) -> None:
    assert send(ada, fields_of(ada.read(PAGE))).location == f"{PAGE}?fait=inchange"
    assert run(filled_settings, "SELECT max(number) FROM backoffice.order_versions") == 1


@pytest.mark.parametrize(
    ("section", "other", "named"),
    [(RELEASES, WATER, "4. Eau"), (ANNEX, WATER, "4. Eau"), (WATER, RELEASES, "4.1. Rejets")],
)
def test_one_topic_on_a_way_down(
    ada: Visitor, filled_settings: Settings, section: str, other: str, named: str
) -> None:
    changes = {section: "RISQUES", other: "EAU"}
    answer = send(ada, fields_of(ada.read(PAGE), **changes))
    page = faultless(answer.text)
    assert answer.status_code == 422
    links = {link.text: link["href"] for link in page.select(f"#t-{section}-error a")}
    assert links[named] == f"#s-{other}"
    assert page.select_one(f"#s-{other}") is not None
    assert fields_of(page)[f"theme.{section}"] == "RISQUES"
    assert run(filled_settings, "SELECT max(number) FROM backoffice.order_versions") == 1


def test_what_holds_from_above_is_shown(ada: Visitor) -> None:
    page = ada.read(PAGE)
    none = page.select_one(f"#t-{RELEASES} option")
    assert none is not None
    assert none.text == "Hérité : Eau"
    assert page.select(f"#s-{LAST} > .topic-section--uncovered")
    assert not page.select(f"#s-{RELEASES} > .topic-section--uncovered")


def test_the_second_of_two_editors_keeps_their_choices(ada: Visitor, filled_settings: Settings) -> None:
    late = fields_of(ada.read(PAGE), **{LAST: "RISQUES"})
    send(ada, fields_of(ada.read(PAGE), **{RELEASES: "", WATER: "DECHETS"}))
    answer = send(ada, late)
    page = faultless(answer.text)
    assert answer.status_code == 409
    assert "la version 2" in words_of(answer)
    assert fields_of(page)[f"theme.{LAST}"] == "RISQUES"
    assert send(ada, fields_of(page)).status_code == 303
    topics = topics_of(stored_document(filled_settings))
    assert (topics[LAST], topics[WATER]) == ("RISQUES", "DECHETS")


def test_readers_look_and_do_not_write(ada: Visitor, filled_office: Flask) -> None:
    eve = editor_of(filled_office, "eve", "reader")
    page = eve.read(PAGE)
    assert page.select("select[disabled]")
    assert not page.select("main form[action$=themes] button")
    assert send(eve, {"version": "1", "csrf_token": eve.token, f"theme.{LAST}": "EAU"}).status_code == 403


def test_what_is_no_topic_or_no_section_is_passed_over(ada: Visitor, filled_settings: Settings) -> None:
    fields = fields_of(ada.read(PAGE), **{LAST: "CUISINE", "zzz": "EAU", ANNEX: "AUCUN"})
    assert send(ada, fields).location == f"{PAGE}?fait=inchange"
    assert run(filled_settings, "SELECT max(number) FROM backoffice.order_versions") == 1
