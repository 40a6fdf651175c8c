"""Saving orders: versions, two people at once, what is refused."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from etl.am_documents import Metadata
from etl.settings import Settings
from regulation.order_file import OrderFileError
from tests.ams import WAREHOUSES, demo_order
from tests.editors import make_editor
from tests.site_visits import run
from webapp.backoffice import store

pytestmark = pytest.mark.postgres

NOR = "DEVP1234567A"


def by(office: Flask, name: str = "ada") -> store.Edit:
    make_editor(office, name, "editor")
    return store.Edit(author_id=1, action="metadata", comment="Correction")


def changed(document: dict[str, Any], title: str) -> dict[str, Any]:
    return {**document, "title": {"text": title}}


def test_each_change_is_a_version_with_its_author(office: Flask, office_settings: Settings) -> None:
    with office.app_context():
        edit = by(office)
        assert store.create(demo_order(), Metadata(state="EN_CREATION"), edit) == 1
        held = store.read_order(WAREHOUSES)
        assert held is not None
        assert (held.version, held.document, held.metadata.state) == (1, demo_order(), "EN_CREATION")
        assert store.save(WAREHOUSES, 1, held.document, held.metadata, edit) == 1
        title = "Arrêté du 12/05/15 relatif à autre chose"
        metadata = replace(held.metadata, nor=NOR)
        lost = [{"section": "x", "kind": "topic"}]
        assert (
            store.save(WAREHOUSES, 1, changed(held.document, title), metadata, replace(edit, lost=lost)) == 2
        )
        first, second = store.read_order(WAREHOUSES, 1), store.read_order(WAREHOUSES)
    assert first is not None
    assert second is not None
    assert first.document == demo_order()
    assert (second.version, second.author_id, second.comment) == (2, 1, "Correction")
    assert second.document["title"]["text"] == title
    row = "SELECT title || ' ' || nor || ' ' || (attention ->> 'orphans') FROM backoffice.orders"
    assert run(office_settings, row) == f"{title} {NOR} 1"
    assert run(office_settings, "SELECT count(*) FROM backoffice.events WHERE cid IS NOT NULL") == 2


def test_the_second_of_two_is_told_and_overwrites_nothing(office: Flask) -> None:
    with office.app_context():
        edit = by(office)
        store.create(demo_order(), Metadata(), edit)

    def save(title: str) -> str:
        with office.app_context():
            try:
                store.save(WAREHOUSES, 1, changed(demo_order(), title), Metadata(), edit)
            except store.EditedMeanwhileError as error:
                return f"refused, {error.current} is current"
        return title

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(save, ["one", "two", "three", "four"]))
    (kept,) = [answer for answer in answers if not answer.startswith("refused")]
    assert answers.count("refused, 2 is current") == 3
    with office.app_context():
        held = store.read_order(WAREHOUSES)
        assert held is not None
        assert held.document["title"]["text"] == kept


def test_identifiers_and_nors_are_of_one_order(office: Flask) -> None:
    other = {**demo_order("JORFTEXT900000000002")}
    with office.app_context():
        edit = by(office)
        store.create(demo_order(), Metadata(nor=NOR), edit)
        with pytest.raises(store.AlreadyThereError) as same:
            store.create(demo_order(), Metadata(), edit)
        with pytest.raises(store.AlreadyThereError) as taken:
            store.create(other, Metadata(nor=NOR), edit)
        store.create(other, Metadata(), edit)
        with pytest.raises(store.AlreadyThereError) as later:
            store.save(other["id"], 1, other, Metadata(nor=NOR), edit)
        assert [error.value.field for error in (same, taken, later)] == ["cid", "nor", "nor"]


def test_what_is_no_order_is_not_saved(office: Flask, office_settings: Settings) -> None:
    with office.app_context():
        edit = by(office)
        with pytest.raises(OrderFileError):
            store.create({**demo_order(), "date_of_signature": "hier"}, Metadata(), edit)
        assert store.read_order(WAREHOUSES) is None
        with pytest.raises(LookupError):
            store.save(WAREHOUSES, 1, demo_order(), Metadata(), edit)
    assert run(office_settings, "SELECT count(*) FROM backoffice.orders") == 0
