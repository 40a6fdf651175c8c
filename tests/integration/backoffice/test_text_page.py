"""The page of a text: written, checked, looked at, saved; nothing is lost unless it was confirmed."""

import json
from functools import partial
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from etl.am_documents import unpack
from etl.database import Role, connect
from etl.settings import Settings
from tests.ams import WAREHOUSES, demo_order, demo_orders, sections_of
from tests.editors import HERE, OFFICE, Visitor, editor_of, words_of
from tests.site_visits import faultless, run
from webapp.backoffice.store import save
from webapp.backoffice.text.routes import LARGEST_FORM_BYTES
from webapp.configuration import LARGEST_REQUEST_BYTES

pytestmark = pytest.mark.postgres

BOILERS = "JORFTEXT900000000002"
COOLING = "JORFTEXT900000000003"
END_THE_NEWEST_SESSION = (
    "UPDATE backoffice.sessions SET seen_at = now() - interval '3 hours' "
    "WHERE editor_id = (SELECT max(id) FROM backoffice.editors)"
)
# Each test that writes has an order of its own.
OTHERS = {name: f"JORFTEXT90000000000{number}" for name, number in (("quick", 4), ("lost", 5), ("race", 6))}


@pytest.fixture(scope="module")
def ada(filled_office: Flask) -> Visitor:
    return editor_of(filled_office, "ada", "editor")


def address(cid: str, step: str = "") -> str:
    return f"{OFFICE}arretes/{cid}/texte{'/' if step else ''}{step}"


def text_in(page: BeautifulSoup) -> str:
    return page.select("textarea[name=texte]")[0].text


def text_of(visitor: Visitor, cid: str) -> str:
    return text_in(visitor.read(address(cid)))


def send(visitor: Visitor, cid: str, text: str, step: str = "relecture", **fields: str) -> TestResponse:
    """Send a text as a browser does, whose line breaks are of two characters."""
    given = {"version": "1", **fields}
    return visitor.send(address(cid, step), texte=text.replace("\n", "\r\n"), **given)


def stored(settings: Settings, cid: str) -> tuple[int, str, str, dict[str, Any], list[dict[str, Any]]]:
    """The newest version of an order: number, action, comment, document, what it lost."""
    with connect(settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, action, comment, document, lost FROM backoffice.order_versions "
            "WHERE cid = %s ORDER BY number DESC LIMIT 1",
            (cid,),
        )
        row = cursor.fetchone()
        assert row is not None
        return row[0], row[1], row[2], json.loads(unpack(bytes(row[3]))), row[4]


def titles(document: dict[str, Any]) -> list[str]:
    return [section["title"]["text"] for section in sections_of(document)]


@pytest.mark.parametrize("cid", demo_orders())
def test_a_text_sent_back_as_it_came_changes_nothing(
    ada: Visitor, filled_settings: Settings, cid: str
) -> None:
    text = text_of(ada, cid)
    for step in ("relecture", "enregistrement"):
        answer = send(ada, cid, text, step)
        assert answer.status_code == 200
        assert "il n’y a rien à enregistrer" in words_of(answer)
    assert stored(filled_settings, cid)[0] == 1


def test_a_text_is_looked_at_then_saved_with_all_that_stands_on_it(
    ada: Visitor, filled_settings: Settings
) -> None:
    text = text_of(ada, BOILERS)
    first = text.split("\n", 1)[0]
    edited = text.replace(first, "# Chapitre premier", 1) + "\n# Article final\nUn alinéa tout neuf.\n"
    review = send(ada, BOILERS, edited)
    assert review.status_code == 200
    said = words_of(review)
    assert "1 section modifiée, 1 section ajoutée" in said
    assert "12 restent en place." in said
    assert text_in(faultless(review.text)) == edited
    assert stored(filled_settings, BOILERS)[0] == 1

    answer = send(ada, BOILERS, edited, "enregistrement", commentaire=" Titre\nrevu ")
    assert answer.location == f"{address(BOILERS)}?fait=texte"
    number, action, comment, document, lost = stored(filled_settings, BOILERS)
    assert (number, action, comment, lost) == (2, "text", "Titre revu", [])
    assert [titles(document)[0], titles(document)[-1]] == ["Chapitre premier", "Article final"]
    before = {section["id"]: section["parametrization"] for section in sections_of(demo_order(BOILERS))}
    after = {section["id"]: section["parametrization"] for section in sections_of(document)}
    assert {name: after.get(name) for name in before} == before
    page = ada.read(answer.location)
    assert "Le texte est enregistré" in page.text
    assert text_in(page) == edited


def test_what_would_be_lost_is_told_confirmed_and_kept(ada: Visitor, filled_settings: Settings) -> None:
    cid = OTHERS["lost"]
    document = demo_order(cid)
    warned = next(s for s in sections_of(document) if (s["parametrization"] or {}).get("warnings"))
    text = text_of(ada, cid)
    at = text.index(warned["title"]["text"]) - len("# ")
    end = text.find("\n#", at + 2)
    edited = text[:at] + (text[end + 1 :] if end > 0 else "")
    review = send(ada, cid, edited)
    assert review.status_code == 200
    page = faultless(review.text)
    box = page.select("input[name=pertes]")[0]
    assert not box.has_attr("checked")
    assert warned["parametrization"]["warnings"][0] in " ".join(page.text.split())
    assert "la section n'existe plus" in page.text
    for given in ({}, {"pertes": "oui"}, {"pertes": str(int(str(box["value"])) + 1)}):
        refused = send(ada, cid, edited, "enregistrement", **given)
        assert refused.status_code == 422
        assert "confirmez d’abord" in words_of(refused)
    assert stored(filled_settings, cid)[0] == 1

    done = send(ada, cid, edited, "enregistrement", pertes=str(box["value"]))
    assert done.status_code == 303
    number, _, _, _, lost = stored(filled_settings, cid)
    assert number == 2
    assert len(lost) == int(str(box["value"]))
    assert warned["parametrization"]["warnings"][0] in [element["element"] for element in lost]
    orphans = "SELECT attention ->> 'orphans' FROM backoffice.orders WHERE version > 1 AND cid LIKE '%005'"
    assert run(filled_settings, orphans) == str(len(lost))


def test_the_second_of_two_keeps_what_was_typed_and_sees_both_changes(
    ada: Visitor, filled_office: Flask, filled_settings: Settings
) -> None:
    cid = OTHERS["quick"]
    text = text_of(ada, cid)
    bob = editor_of(filled_office, "bob", "editor")
    assert send(bob, cid, f"{text}Une phrase de Bob.\n", "enregistrement").status_code == 303

    mine = f"{text}Une phrase d’Ada.\n"
    for step in ("relecture", "enregistrement", ""):
        late = send(ada, cid, mine, step)
        assert late.status_code == 409
        page = faultless(late.text)
        assert text_in(page) == mine
        assert "la version 2" in page.text
        assert page.select("input[name=version]")[0]["value"] == "2"
        changed = [
            [
                tag.text
                for tag in page.select(
                    f"section[aria-labelledby={part}] ins, section[aria-labelledby={part}] del"
                )
            ]
            for part in ("leurs-changements", "mes-changements")
        ]
        assert "Une phrase de Bob." in changed[0][0]
        assert {"Bob", "Ada"} <= {
            word for words in changed[1] for word in words.replace(".", " ").replace("’", " ").split()
        }
    assert stored(filled_settings, cid)[0] == 2
    assert send(ada, cid, mine, "enregistrement", version="2").status_code == 303


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("Bonjour\n# A", 1, "du texte précède le premier titre"),
        ("# A\n\n### B", 3, "ce titre de niveau 3 saute un niveau : écrivez-le avec 2 # au plus."),
        ("# A\n#\nx", 2, "ce titre est vide"),
        ("# [A](https://a.fr)", 1, "un titre ne peut pas porter de lien"),
        ("# A\nfin \\", 2, "une barre oblique inverse termine la ligne"),
        ("# A\n\\q", 2, "n'a pas de sens"),
        ("# A\n| a |\n|^ b", 3, "première ligne d'un tableau"),
        ("# A\n| {trois colonnes} a |", 2, "ne peut pas être lue"),
        ("# A\n<table><tr><td>x", 2, "n'est pas fermé"),
        ("# A\n<table></table>", 2, "aucune ligne <tr>"),
        ("", 1, "le texte n'a aucun titre"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(
    ada: Visitor, filled_settings: Settings, text: str, line: int, sentence: str
) -> None:
    for step, status in (("", 200), ("relecture", 422), ("enregistrement", 422)):
        answer = send(ada, WAREHOUSES, text, step)
        assert answer.status_code == status
        page = faultless(answer.text)
        assert text_in(page) == text
        told = page.select(".notice--warning li")
        assert [str(link["data-line"]) for link in told[0].select("a[href='#texte']")] == [str(line)]
        assert sentence in " ".join(told[0].text.split())
    assert stored(filled_settings, WAREHOUSES)[0] == 1


def test_titles_that_look_like_prescriptions_are_flagged_and_contents_follow(ada: Visitor) -> None:
    long = "mot " * 26
    page = faultless(send(ada, WAREHOUSES, f"# A\n## Il faut :\nx\n## {long}\n# \\\n", "").text)
    assert [link["data-line"] for link in page.select("details li a")] == ["2", "4"]
    assert "Ce texte peut être lu." in page.text
    contents = [(item["class"], item.text.strip()) for item in page.select("#sommaire li")]
    assert contents == [
        (["office-contents__1"], "A"),
        (["office-contents__2"], "Il faut :"),
        (["office-contents__2"], long.strip()),
        (["office-contents__1"], "(sans titre)"),
    ]


def test_a_table_typed_as_html_comes_back_in_the_format_of_the_page(ada: Visitor) -> None:
    table = "<table><tr><th>DCO</th></tr>\n<tr><td># 300</td></tr></table>"
    page = faultless(send(ada, WAREHOUSES, f"# A\n{table}\nFin.", "").text)
    assert text_in(page) == "# A\n\n|= DCO |\n| # 300 |\n\nFin.\n"
    assert "format de la page" in page.select("#verification")[0].text


@pytest.mark.parametrize(
    ("fields", "status", "expected"),
    [
        ({"html": "<table><tr><th>A<tr><td>b</table>"}, 200, {"texte": "|= A |\n| b |"}),
        ({"texte": "a\tb\nc\td"}, 200, {"texte": "| a | b |\n| c | d |"}),
        ({"html": "<p>sans</p>", "texte": "sans"}, 200, {"texte": "sans"}),
        (
            {"html": "<table><tr><td><table></table>"},
            422,
            {"erreur": "Un tableau HTML en contient un autre : séparez-les."},
        ),
    ],
)
def test_what_is_pasted_is_converted(
    ada: Visitor, fields: dict[str, str], status: int, expected: dict[str, str]
) -> None:
    ada.read()
    answer = ada.send(f"{OFFICE}texte/collage", **fields)
    assert (answer.status_code, answer.json) == (status, expected)


def test_a_new_order_begins_empty_and_gets_its_text(ada: Visitor, filled_settings: Settings) -> None:
    cid = "JORFTEXT000012345678"
    ada.read(f"{OFFICE}arretes/nouveau")
    fields = {"cid": cid, "nor": "DEVP1234567A", "date_of_signature": "2015-05-12"}
    ada.send(f"{OFFICE}arretes/nouveau", title="Arrêté du 12/05/15 relatif aux essais", **fields)
    page = ada.read(address(cid))
    assert text_in(page) == ""
    assert not page.select(".notice")
    review = send(ada, cid, "# Article 1\nUn alinéa.")
    assert "1 section ajoutée. Paramètres et thèmes : aucun." in words_of(review)
    assert send(ada, cid, "# Article 1\nUn alinéa.", "enregistrement").status_code == 303
    number, _, _, document, _ = stored(filled_settings, cid)
    assert (number, titles(document)) == (2, ["Article 1"])
    assert document["sections"][0]["reference"] == {"name": "", "nb": "Article 1"}


@pytest.mark.parametrize("version", ["", "zwei", "0", "-1", "2", "99999999999999999999"])
def test_a_version_that_is_not_the_current_one_is_refused(
    ada: Visitor, filled_settings: Settings, version: str
) -> None:
    answer = send(ada, WAREHOUSES, "# A\nUn texte\0 tout autre.", "enregistrement", version=version)
    assert answer.status_code == 409
    page = faultless(answer.text)
    assert text_in(page) == "# A\nUn texte tout autre."
    assert len(page.select("#mes-changements")) == 1
    assert stored(filled_settings, WAREHOUSES)[0] == 1


def test_who_is_quicker_while_one_is_saved_is_seen(
    ada: Visitor, filled_office: Flask, filled_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    cid = OTHERS["race"]
    text = text_of(ada, cid)
    bob = editor_of(filled_office, "rob", "editor")
    send_first = partial(send, bob, cid, f"{text}De Rob.\n", "enregistrement")

    def save_second(*given: Any) -> int:
        monkeypatch.undo()
        with filled_office.app_context():
            assert send_first().status_code == 303
        return save(*given)

    ada.read(address(cid))
    monkeypatch.setattr("webapp.backoffice.text.routes.save", save_second)
    late = send(ada, cid, f"{text}D’Ada.\n", "enregistrement")
    assert late.status_code == 409
    assert text_in(faultless(late.text)) == f"{text}D’Ada.\n"
    assert stored(filled_settings, cid)[0] == 2


def test_a_long_text_is_taken_here_and_nowhere_else(ada: Visitor) -> None:
    ada.read(address(WAREHOUSES))
    line = "Un alinéa de l’arrêté, écrit pour être long.\n"
    long = "# A\n" + line * (LARGEST_REQUEST_BYTES // len(line))
    assert send(ada, WAREHOUSES, long, "").status_code == 200
    assert send(ada, WAREHOUSES, "x" * LARGEST_FORM_BYTES, "").status_code == 413
    assert ada.send(f"{OFFICE}arretes/{WAREHOUSES}/metadonnees", title=long).status_code == 413


def test_a_reader_reads(filled_office: Flask) -> None:
    eve = editor_of(filled_office, "eve", "reader")
    page = eve.read(address(WAREHOUSES))
    assert page.select("textarea[readonly]")
    assert page.select("#sommaire a")
    assert not page.select("main form.office-text")
    for step in ("", "relecture", "enregistrement"):
        assert send(eve, WAREHOUSES, "# A", step).status_code == 403
    assert eve.send(f"{OFFICE}texte/collage").status_code == 403


@pytest.mark.parametrize("step", ["", "relecture", "enregistrement"])
def test_a_session_that_ends_gives_back_what_was_typed(
    filled_office: Flask, filled_settings: Settings, step: str
) -> None:
    name = f"ida{len(step)}"
    ida = editor_of(filled_office, name, "editor")
    text = text_of(ida, COOLING) + "Tapé pendant une heure.\n"
    run(filled_settings, END_THE_NEWEST_SESSION)
    ended = send(ida, COOLING, text, step)
    assert ended.status_code == 401
    page = faultless(ended.text)
    assert text_in(page).replace("\r\n", "\n") == text
    assert page.select("form[data-unsaved] input[name=version]")[0]["value"] == "1"
    assert stored(filled_settings, COOLING)[0] == 1


def test_a_stale_token_gives_back_what_was_typed(filled_office: Flask, filled_settings: Settings) -> None:
    ivo = editor_of(filled_office, "ivo", "editor")
    text = text_of(ivo, COOLING) + "Tapé.\n"
    sent = {"csrf_token": "stale", "version": "1", "texte": text}
    answer = ivo.client.post(address(COOLING, "enregistrement"), data=sent, headers=HERE)
    assert answer.status_code == 400
    assert text_in(faultless(answer.text)) == text
    assert stored(filled_settings, COOLING)[0] == 1
