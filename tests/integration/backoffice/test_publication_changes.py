"""What publishing would change, before anybody presses the button."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.am_export import make_archive
from etl.errors import RefusedError
from etl.settings import Settings
from tests.ams import WAREHOUSES, Document, contradicted, demo_order, sections_of
from tests.editors import editor_of, make_editor
from tests.publishing import GONE, OTHER, PAGE, linked, with_orders, words
from tests.site_visits import add_installations, visitor_of
from tests.stand_ins.airflow import AirflowStandIn
from webapp.backoffice import store
from webapp.backoffice.publication.changes import Changes, find_changes

pytestmark = pytest.mark.postgres


@pytest.fixture
def edited(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """A site with its orders in service and in the back-office, of this test alone."""
    for visitor in visitor_of(with_orders(settings, tmp_path)):
        make_editor(visitor.application, "ada", "editor")
        yield visitor.application


def save(app: Flask, cid: str, change: Callable[[Document], object], state: str = "VIGUEUR") -> None:
    """Save a version as an editor would."""
    with app.app_context():
        held = store.read_order(cid)
        assert held is not None
        document = copy.deepcopy(held.document)
        change(document)
        edit = store.Edit(author_id=1, action="text")
        store.save(cid, held.version, document, replace(held.metadata, state=state), edit)


def nothing(_: Document) -> None:
    """Leave the document as it is."""


def found(app: Flask) -> Changes:
    """What publishing would change."""
    with app.app_context():
        return find_changes()


def test_what_is_in_service_changes_in_nothing(edited: Flask) -> None:
    changes = found(edited)
    assert changes.is_nothing
    assert (changes.unchanged, changes.errors, changes.warnings) == (8, [], [])


def test_sections_touched_are_named(edited: Flask) -> None:
    def change(document: Document) -> None:
        first, second, third, *_ = document["sections"]
        first["title"]["text"] = "Article 1 - Autre titre"
        first["outer_alineas"][0]["text"] += " Retouché."
        second["annotations"] = {"topic": "EAU"} if not second["annotations"] else {"topic": None}
        document["sections"].remove(third)
        document["sections"].append({**third, "id": "NewNewNew001", "sections": []})
        document["nickname"] = "Entrepôts"

    gone = [section["id"] for section in sections_of({"sections": [demo_order()["sections"][2]]})]
    save(edited, WAREHOUSES, change)
    (touched,) = found(edited).changed
    assert touched.change is not None
    assert touched.change.parts == ("nickname",)
    ids = [section["id"] for section in demo_order()["sections"]]
    parts = {section.section_id: section.parts for section in touched.change.sections}
    assert parts[ids[0]] == ("title", "text")
    assert parts[ids[1]] == ("topic",)
    assert parts["NewNewNew001"] == ("added",)
    assert [parts[section_id] for section_id in gone] == [("removed",)] * len(gone)
    assert len(parts) == 3 + len(gone)


def test_a_section_that_moves_is_the_one_that_moves(edited: Flask) -> None:
    save(edited, WAREHOUSES, lambda document: document["sections"].insert(0, document["sections"].pop()))
    (touched,) = found(edited).changed
    assert touched.change is not None
    last = demo_order()["sections"][-1]["id"]
    assert {section.section_id for section in touched.change.sections} >= {last}
    assert {section.parts for section in touched.change.sections} == {("moved",)}
    assert touched.change.alinea_ids == frozenset()


def test_added_withdrawn_and_rewritten(edited: Flask, owner: Connection) -> None:
    def lay_out_otherwise(document: Document) -> None:
        document["visa"] = document.pop("visa")

    with owner.cursor() as cursor:
        cursor.execute("UPDATE ams SET withdrawn_at = now() WHERE cid = %s", (OTHER,))
    owner.commit()
    save(edited, GONE, nothing, state="ABROGE")
    save(edited, WAREHOUSES, lambda document: document["title"].update(text=document["title"]["text"] + "."))
    back = demo_order()["title"]["text"]
    save(edited, WAREHOUSES, lambda document: document["title"].update(text=back))
    changes = found(edited)
    assert [one.cid for one in changes.added] == [OTHER]
    assert [one.cid for one in changes.withdrawn] == [GONE]
    assert changes.changed == []
    assert [one.cid for one in changes.rewritten] in ([WAREHOUSES], [])
    assert changes.needs_approval
    assert changes.in_force == 7


def test_picks_of_what_changes_are_counted(edited: Flask, owner: Connection) -> None:
    first = demo_order()["sections"][0]
    add_installations(owner, {"s3ic_id": "0099.00001"})
    with owner.cursor() as cursor:
        cursor.execute("INSERT INTO users (identity_hash) VALUES (sha256('x')) RETURNING id")
        for cid, alinea_id, removed in (
            (WAREHOUSES, f"{first['id']}_0", None),
            (WAREHOUSES, f"{first['id']}_1", None),
            (WAREHOUSES, f"{first['id']}_0", "now"),
            (GONE, "any_0", None),
            (OTHER, "other_0", None),
        ):
            cursor.execute(
                "INSERT INTO prescriptions"
                " (user_id, installation_id, cid, alinea_id, order_title, content, removed_at)"
                " SELECT users.id, installations.id, %s, %s, '', '{}', %s FROM users, installations",
                (cid, alinea_id, removed),
            )
    owner.commit()
    save(
        edited, WAREHOUSES, lambda document: document["sections"][0]["outer_alineas"][0].update(text="Autre.")
    )
    save(edited, GONE, nothing, state="ABROGE")
    changes = found(edited)
    assert {one.cid: one.picks for one in (*changes.changed, *changes.withdrawn)} == {WAREHOUSES: 1, GONE: 1}
    assert changes.picks == 2


def share_a_section(document: Document) -> None:
    """Let a section bear the identifier of a section of another order."""
    document["sections"][0]["id"] = demo_order(OTHER)["sections"][0]["id"]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (contradicted, "avec des effets différents"),
        (share_a_section, "cet identifiant est déjà celui d'une section"),
    ],
)
def test_what_blocks_is_what_the_export_refuses(
    spoil: Callable[[Document], object], why: str, edited: Flask, connection: Connection
) -> None:
    save(edited, WAREHOUSES, spoil)
    ((cid, sentence),) = found(edited).errors
    assert cid == WAREHOUSES
    assert why in sentence
    with pytest.raises(RefusedError, match=why):
        make_archive(connection)


def test_the_page_names_what_blocks_and_offers_no_button(edited: Flask, airflow_api: AirflowStandIn) -> None:
    save(edited, WAREHOUSES, contradicted)
    page = editor_of(linked(edited, airflow_api), "eve", "publisher").read(PAGE)
    assert f"/back-office/arretes/{WAREHOUSES}/" in {link["href"] for link in page.select("#erreurs a")}
    assert "des effets différents" in words(page, "#erreurs")
    assert page.select("main form[action$=publication] button") == []
    assert "1 section touchée" in words(page)


def test_nothing_in_force_cannot_be_published(office: Flask) -> None:
    assert found(office).errors == [("", "Aucun arrêté n’est en vigueur : il n’y a rien à publier.")]
