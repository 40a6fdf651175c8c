"""What became of a pick since: its text changed, or it is no more."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from etl.database import Role, connect
from etl.settings import Settings
from etl.sync import apply_ams, compare_ams
from tests.ams import Document, demo_archive, section_of
from tests.demo_site import load_demo, load_demo_orders, site_settings
from tests.people import (
    BOILERS,
    SITE,
    Person,
    alineas,
    pick_ids,
    words,
)
from tests.site_visits import run, visitor_of

pytestmark = pytest.mark.postgres


@pytest.fixture
def changing(new_database: Callable[..., Settings]) -> Iterator[tuple[Settings, Flask]]:
    """A site of this test alone, whose orders it changes."""
    settings = site_settings(new_database())
    load_demo(settings)
    load_demo_orders(settings)
    for client in visitor_of(settings):
        yield settings, client.application


def sync(settings: Settings, folder: Path, change: Callable[[dict[str, Document]], None]) -> None:
    archive = demo_archive(folder / "latest.zip", change)
    with connect(settings, Role.ETL) as connection:
        apply_ams(connection, archive, approved=compare_ams(connection, archive).files)


def test_a_text_that_changed_is_said_shown_and_taken(
    changing: tuple[Settings, Flask], tmp_path: Path
) -> None:
    settings, app = changing
    person = Person(app)
    first, other, *_ = alineas(person.read())
    person.tick(first, other)
    written = person.collection().select(".pick__whole")[0].text

    def longer(documents: dict[str, Document]) -> None:
        section = section_of(documents[BOILERS], first.rpartition("_")[0])
        section["outer_alineas"][0]["text"] = written.strip() + " Sauf le dimanche."

    sync(settings, tmp_path, longer)
    page = person.read()
    panel = page.select("#collection")[0]
    assert "1 prescription a changé" in " ".join(panel.text.split())
    assert [part.text for part in panel.select(".pick__diff ins")] == [" Sauf le dimanche."]
    assert not panel.select(".pick__diff del")
    pick = str(panel.select("button[formaction*=nouveau-texte]")[0]["value"])
    assert "dimanche" not in person.collection().select(".pick__whole")[0].text, (
        "the text that was taken stays"
    )

    person.send("nouveau-texte", id=pick)
    page = person.collection()
    assert "Sauf le dimanche." in page.select(".pick__whole")[0].text
    assert not page.select(".pick__diff")
    assert page.select(".pick__remove")[0]["value"] == pick, "its place stays"


def test_what_is_gone_stays_marked_with_its_text(changing: tuple[Settings, Flask], tmp_path: Path) -> None:
    settings, app = changing
    person = Person(app)
    name = alineas(person.read())[0]
    person.tick(name)
    text = person.collection().select(".pick__whole")[0].text
    (pick,) = pick_ids(person)

    def without(documents: dict[str, Document]) -> None:
        section_of(documents[BOILERS], name.rpartition("_")[0])["outer_alineas"] = []

    sync(settings, tmp_path / "alinea", without)
    page = person.collection()
    assert "N’est plus dans le texte en vigueur" in page.text
    assert page.select(".pick__whole")[0].text == text
    assert "n’est plus dans le texte" in words(person.ask("nouveau-texte", id=pick))

    sync(settings, tmp_path / "order", lambda documents: documents.pop(BOILERS) and None)
    page = person.collection()
    assert "N’est plus dans le texte en vigueur" in page.text
    assert page.select(".pick__whole")[0].text == text
    person.send("retirer", id=pick)
    assert person.held() == []


def test_a_withdrawn_installation_keeps_its_collection(changing: tuple[Settings, Flask]) -> None:
    settings, app = changing
    person = Person(app)
    names = alineas(person.read())
    person.tick(names[0])
    run(settings, f"UPDATE installations SET withdrawn_at = now() WHERE s3ic_id = '{SITE}'")  # noqa: S608
    person.tick(names[1])

    assert person.held() == names[:2]
