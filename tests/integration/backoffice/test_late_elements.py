"""Of two editors at once, the second is told and keeps what was typed; who may not write, does not."""

import pytest
from flask import Flask

from etl.settings import Settings
from tests.ams import WAREHOUSES
from tests.backoffice_orders import forget_versions
from tests.editors import Visitor, editor_of, words_of
from tests.element_forms import DATE, fields_of, saved, send
from tests.site_visits import faultless, run

pytestmark = pytest.mark.postgres

OVERVIEW = f"/back-office/arretes/{WAREHOUSES}/parametrage"
BARE = "Bd735cD83474"  # two alineas, nothing on it, no section below
WITH_SECTIONS = "F8eE3c6acBac"  # an inapplicability, a section below
SAFETY = "A09B700e9264"
NEW = f"{OVERVIEW}/{BARE}/inapplicabilite/nouveau"


@pytest.fixture(scope="module")
def signed_in(filled_office: Flask) -> Visitor:
    return editor_of(filled_office, "ada", "editor")


@pytest.fixture
def ada(signed_in: Visitor, filled_settings: Settings) -> Visitor:
    """That editor, the order as it was imported."""
    forget_versions(filled_settings)
    return signed_in


def versions(settings: Settings) -> object:
    return run(settings, "SELECT max(number) FROM backoffice.order_versions")


def test_the_second_of_two_editors_keeps_what_was_typed(ada: Visitor, filled_settings: Settings) -> None:
    path = f"{OVERVIEW}/{WITH_SECTIONS}/inapplicabilite/0"
    late = fields_of(ada.read(path), **DATE, faire="enregistrer")
    late_new = fields_of(ada.read(NEW), **DATE, faire="enregistrer")
    removed = fields_of(ada.read(path))
    send(ada, f"{path}/retirer", removed)
    for sent_to, fields in ((path, late), (NEW, late_new)):
        answer = send(ada, sent_to, fields)
        page = faultless(answer.text)
        assert answer.status_code == 409
        assert "la version 2" in page.text
        assert fields_of(page)["c.0.valeur"] == ["2003-07-01"]
    lost = faultless(send(ada, path, late).text)
    assert "sera un nouvel élément" in lost.text
    action = str(lost.select_one("#element")["action"])  # type: ignore[index]
    assert action.endswith("/inapplicabilite/nouveau")
    assert send(ada, action, fields_of(lost, faire="enregistrer")).status_code == 303
    assert send(ada, f"{path}/retirer", removed).status_code == 409
    assert versions(filled_settings) == 3


def test_an_element_is_found_again_where_others_left(ada: Visitor) -> None:
    saved(ada, NEW, **DATE)
    saved(ada, NEW, **{**DATE, "c.0.valeur": "2001-01-01"})
    late = fields_of(ada.read(f"{OVERVIEW}/{BARE}/inapplicabilite/1"), faire="enregistrer")
    first = f"{OVERVIEW}/{BARE}/inapplicabilite/0"
    send(ada, f"{first}/retirer", fields_of(ada.read(first)))
    answer = send(ada, f"{OVERVIEW}/{BARE}/inapplicabilite/1", late)
    assert answer.status_code == 409
    assert faultless(answer.text).select_one("#element")["action"] == first  # type: ignore[index]


def test_a_section_that_is_gone_keeps_what_was_typed(ada: Visitor, filled_settings: Settings) -> None:
    path = f"{OVERVIEW}/{SAFETY}/avertissement/nouveau"
    late = fields_of(ada.read(path), texte="Un avertissement assez long.", faire="enregistrer")
    condition = f"{OVERVIEW}/{SAFETY}/inapplicabilite/nouveau"
    late_condition = fields_of(ada.read(condition), **DATE, faire="enregistrer")
    text = f"/back-office/arretes/{WAREHOUSES}/texte"
    ada.read(text)
    reviewed = send(
        ada, f"{text}/relecture", {"version": "1", "texte": "# Un\nDeux.\n", "csrf_token": ada.token}
    )
    form = faultless(reviewed.text)
    fields = {
        str(entry["name"]): str(entry.get("value", "")) for entry in form.select("main form input[name]")
    }
    fields |= {
        str(entry["name"]): entry.text.removeprefix("\n") for entry in form.select("main form textarea[name]")
    }
    target = next(form_["action"] for form_ in form.select("main form") if "texte" in str(form_["action"]))
    assert send(ada, str(target), fields).status_code == 303
    answer = send(ada, path, late)
    assert answer.status_code == 409
    assert "n’existe plus dans la version 2" in words_of(answer)
    assert "Un avertissement assez long." in words_of(answer)
    assert "antérieure au 01/07/2003" in words_of(send(ada, condition, late_condition))
    assert ada.client.get(path).status_code == 404
    assert send(ada, path, {**late, "version": "2"}).status_code == 404


def test_readers_look_and_do_not_write(ada: Visitor, filled_office: Flask) -> None:
    eve = editor_of(filled_office, "eve", "reader")
    page = eve.read(OVERVIEW)
    assert not page.select("main a[href*='/parametrage/'], .param-add")
    edit = f"{OVERVIEW}/{WITH_SECTIONS}/inapplicabilite/0"
    for path in (NEW, edit):
        assert eve.client.get(path).status_code == 403
        assert send(eve, path, {**DATE, "csrf_token": eve.token}).status_code == 403
    assert send(eve, f"{edit}/retirer", {"version": "1", "csrf_token": eve.token}).status_code == 403


@pytest.mark.parametrize(
    "path", ["zzz/inapplicabilite/nouveau", f"{BARE}/inapplicabilite/7", f"{BARE}/rien/nouveau"]
)
def test_what_is_not_there_is_not_found(ada: Visitor, path: str) -> None:
    assert ada.client.get(f"{OVERVIEW}/{path}").status_code == 404
