"""The texts of the real orders, through the page and back."""

import html
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from etl.am_import import import_ams
from etl.database import Role, connect
from etl.settings import Settings
from tests.editors import Visitor, editor_of, words_of
from tests.site_visits import run

TEXT = re.compile(r'<textarea[^>]* name="texte"[^>]*>\n(.*?)</textarea>', re.DOTALL)

pytestmark = [pytest.mark.postgres, pytest.mark.real_data]


@pytest.fixture
def largest(office_settings: Settings, real_data: Path, tmp_path: Path) -> str:
    """The identifier of that order, alone in the back-office."""
    archive = tmp_path / "orders.zip"
    with zipfile.ZipFile(real_data / "ams.zip") as files, zipfile.ZipFile(archive, "w") as alone:
        entry = max(files.infolist(), key=lambda each: each.file_size)
        alone.writestr(entry.filename, files.read(entry))
    with connect(office_settings, Role.ETL) as connection:
        import_ams(connection, archive)
    return Path(entry.filename).stem


@pytest.fixture
def everything(office_settings: Settings, real_data: Path) -> list[str]:
    """The identifiers of all the real orders, each in the back-office."""
    with connect(office_settings, Role.ETL) as connection:
        import_ams(connection, real_data / "ams.zip")
    with zipfile.ZipFile(real_data / "ams.zip") as files:
        return [Path(name).stem for name in files.namelist()]


def test_a_page_sent_back_as_it_came_changes_nothing_of_any_order(
    office: Flask, office_settings: Settings, everything: list[str]
) -> None:
    versions = "SELECT md5(string_agg(v::text, ',' ORDER BY cid)) FROM backoffice.order_versions AS v"
    before = run(office_settings, versions)
    ada = editor_of(office, "ada", "editor")
    for cid in everything:
        path = f"/back-office/arretes/{cid}/texte"
        field = TEXT.search(ada.client.get(path).text)
        assert field, cid
        answer = _sender(ada, path)("/enregistrement", html.unescape(field[1]))
        assert "il n’y a rien à enregistrer" in answer.text, cid
    assert len(everything) == 217
    assert run(office_settings, versions) == before


def test_the_largest_order_goes_through_the_page_and_back(
    office: Flask, office_settings: Settings, largest: str
) -> None:
    ada = editor_of(office, "ada", "editor")
    path = f"/back-office/arretes/{largest}/texte"
    send = _sender(ada, path)
    page = ada.read(path)
    text = page.select("textarea[name=texte]")[0].text
    assert len(text) > 150_000
    assert len(page.select("#sommaire a")) == sum(line.startswith("#") for line in text.split("\n")) > 200
    for step in ("/relecture", "/enregistrement"):
        assert "il n’y a rien à enregistrer" in words_of(send(step, text))
    assert run(office_settings, "SELECT count(*) FROM backoffice.order_versions") == 1

    edited = text.replace("\n\n", "\nUn alinéa que personne n’avait vu.\n\n", 1)
    said = words_of(send("/relecture", edited))
    assert "1 section modifiée." in said
    assert "25 restent en place." in said
    assert send("/enregistrement", edited).status_code == 303
    assert ada.read(path).select("textarea[name=texte]")[0].text == edited


def _sender(visitor: Visitor, path: str) -> Callable[[str, str], TestResponse]:
    def send(step: str, text: str) -> TestResponse:
        return visitor.send(path + step, version="1", texte=text.replace("\n", "\r\n"))

    return send
