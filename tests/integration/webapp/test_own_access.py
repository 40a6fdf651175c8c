"""Who reaches own installations: the person who made them, nobody else; and within bounds."""

import pytest
from flask import Flask

from etl.settings import Settings
from tests.owners import LINE, LINE_SHOWN, Owner, execute
from tests.people import SITE
from tests.site_visits import faultless
from webapp.own_installations import queries, writing

pytestmark = pytest.mark.postgres


def pages(ref: str, line: str) -> list[tuple[str, str]]:
    base = f"/installations/{ref}"
    reads = [
        "",
        "/arretes",
        "/prescriptions",
        "/collection.odt",
        "/classements",
        "/classements/ajouter",
        "/nom",
        "/suppression",
    ]
    writes = ["/classements/ajouter", "/nom", "/suppression", "/prescriptions", "/copie"]
    return [
        *(("GET", base + path) for path in reads),
        ("GET", line),
        *(("POST", base + path) for path in writes),
        ("POST", line),
        ("POST", f"{line}/retirer"),
    ]


def test_another_person_finds_nothing(owner: Owner, app: Flask) -> None:
    ref = owner.invent()
    (line,) = owner.forms(ref)
    somebody, nobody = Owner(app), app.test_client()
    theirs = somebody.invent("Le sien")
    token = somebody.token()
    for method, path in pages(ref, line):
        answer = somebody.client.open(
            path, method=method, data={"csrf_token": token} if method == "POST" else None
        )
        assert answer.status_code == 404, (method, path)
        assert nobody.open(path, method=method).status_code == (400 if method == "POST" else 404), (
            method,
            path,
        )
    # A line of one installation is not reached through another.
    astray = f"/installations/{theirs}/classements/{line.rpartition('/')[2]}"
    assert somebody.client.get(astray).status_code == 404
    assert owner.lines(ref) == [LINE_SHOWN]


def test_published_installations_are_not_changed(owner: Owner) -> None:
    owner.invent()
    token = owner.token()
    for method, path in pages(SITE, f"/installations/{SITE}/classements/1"):
        if method == "POST" and not path.endswith(("copie", "prescriptions")):
            assert owner.client.post(path, data={"csrf_token": token}).status_code == 404, path


def test_nothing_is_written_without_a_token(owner: Owner, own_settings: Settings) -> None:
    ref = owner.invent()
    (line,) = owner.forms(ref)
    before = execute(own_settings, "SELECT count(*) FROM installations")
    for method, path in [
        *pages(ref, line),
        ("POST", "/installations/nouvelle"),
        ("POST", f"/installations/{SITE}/copie"),
    ]:
        if method == "POST":
            assert owner.client.post(path, data={"nom": "x", **LINE}).status_code == 400, path
    assert execute(own_settings, "SELECT count(*) FROM installations") == before


def test_pages_of_own_installations_are_private(owner: Owner) -> None:
    ref = owner.copy()
    (line, *_) = owner.forms(ref)
    for method, path in [
        *pages(ref, line),
        ("GET", "/mes-installations"),
        ("GET", f"/installations/{SITE}/copie"),
    ]:
        if method == "GET":
            headers = owner.client.get(path).headers
            assert "no-store" in headers["Cache-Control"], path
            assert "Cookie" in headers["Vary"], path
            assert headers["X-Robots-Tag"] == "noindex", path


def test_own_installations_are_in_no_list(owner: Owner) -> None:
    owner.invent("ZYGOMATIQUE INTROUVABLE")
    assert owner.client.get("/installations/suggestions?q=zygomatique").json == {"results": []}
    assert owner.client.get("/api/v1/installations?q=zygomatique").get_json()["items"] == []


def test_installations_and_lines_are_bounded(
    owner: Owner, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = owner.invent()
    monkeypatch.setattr(writing, "MOST_INSTALLATIONS", 1)
    monkeypatch.setattr(writing, "MOST_LINES", 1)
    for path, fields in (
        ("/installations/nouvelle", {"nom": "Un de trop", **LINE}),
        (f"/installations/{SITE}/copie", {}),
        (f"/installations/{ref}/classements/ajouter", LINE | {"volume": "4 t"}),
    ):
        answer = owner.send(path, **fields)
        assert answer.status_code == 422, path
        assert "d’abord" in faultless(answer.text).select("[role=alert]")[0].text
    assert len(owner.lines(ref)) == 1
    assert queries.MOST_LINES > 111, "the longest real installation has 111 lines"
