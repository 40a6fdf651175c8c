"""Real orders: shown and saved as they are, what contradicts them refused."""

import json
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from flask import Flask

from etl.am_import import import_ams
from etl.database import Role, connect
from etl.settings import Settings
from tests.ams import Document, sections_of, write_archive
from tests.backoffice_orders import stored_document
from tests.editors import editor_of, words_of
from tests.element_forms import fields_of, send
from tests.site_visits import run

pytestmark = pytest.mark.postgres

SAME_EFFECT = {"74B5BF83633B", "5E9eb3ae2304", "137D104BAeb6", "1Fee0Ec9f561"}
BEYOND = "JORFTEXT000028375083"


@pytest.mark.real_data
def test_real_orders_are_shown_and_saved_as_they_are(
    office: Flask, office_settings: Settings, real_data: Path, tmp_path: Path
) -> None:
    documents = real_orders(real_data)
    with connect(office_settings, Role.ETL) as connection:
        import_ams(connection, write_archive(tmp_path / "orders.zip", documents))
    ada = editor_of(office, "ada", "editor")
    noted = set()
    for cid, document in documents.items():
        page = ada.read(f"/back-office/arretes/{cid}/parametrage?vue=portees")
        for section in page.select("li[id]:has(> .param-section > .param-finding)"):
            if "le même effet" in section.text:
                noted.add(str(section["id"]).removeprefix("s-"))
        links = [str(link["href"]) for link in page.select(".param-element a")]
        for path in links if cid == BEYOND else links[:2]:
            shown = ada.read(path)
            assert len(shown.select("#phrase .param-phrase p")) >= 1 or "avertissement" in path
            answer = send(ada, path, fields_of(shown, faire="enregistrer"))
            assert answer.location.partition("#")[0].endswith("?fait=inchange")
        assert stored_document(office_settings, cid) == document
    assert noted >= SAME_EFFECT
    for cid, section in refused_sections(documents):
        kind = f"/back-office/arretes/{cid}/parametrage/{section}/inapplicabilite"
        there = fields_of(ada.read(f"{kind}/0"), portee="choix", alinea=["0"], faire="enregistrer", avant="")
        answer = send(ada, f"{kind}/nouveau", there)
        assert answer.status_code == 422
        assert "avec des effets différents : par exemple si l" in words_of(answer)
    assert run(office_settings, "SELECT max(number) FROM backoffice.order_versions") == 1


def refused_sections(documents: dict[str, Document]) -> Iterator[tuple[str, str]]:
    """Sections of several alineas whose first inapplicability is about all of them, three of an order."""
    for cid, document in documents.items():
        rules = (
            (one, one["parametrization"]["potential_inapplicabilities"]) for one in sections_of(document)
        )
        whole = (
            one for one, found in rules if found and not found[0]["alineas"] and len(one["outer_alineas"]) > 1
        )
        yield from ((cid, section["id"]) for section in islice(whole, 3))


def real_orders(real_data: Path) -> dict[str, Document]:
    """The orders of these four sections, and the one with alineas that are not there."""
    found = {}
    with zipfile.ZipFile(real_data / "ams.zip") as archive:
        for name in archive.namelist():
            data = archive.read(name)
            if BEYOND in name or any(f'"{section}"'.encode() in data for section in SAME_EFFECT):
                found[name.removesuffix(".json")] = json.loads(data)
    return found
