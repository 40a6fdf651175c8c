"""The editor of a text in a browser: contents that follow, tables at paste, nothing lost."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from etl.database import Role, connect
from tests.e2e.test_every_page import barriers
from tests.editors import DOOR, make_editor
from webapp import create_app

BOILERS = "/back-office/arretes/JORFTEXT900000000002/texte"
SHEET = "<table><tr><th>Polluant</th><th>mg/l</th></tr><tr><td>DCO</td><td>300</td></tr></table>"
PASTE = """([html, plain]) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", plain);
    const paste = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
    document.activeElement.dispatchEvent(paste);
}"""


def type_at_end(page: Page, words: str) -> None:
    page.locator("#texte").focus()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(words)


def test_a_text_is_edited_looked_at_and_saved(editor: Any) -> None:
    page = editor.open(BOILERS, bypass_csp=True)
    contents = page.get_by_role("navigation", name="Sommaire")
    expect(contents.get_by_role("link")).to_have_count(11)
    type_at_end(page, "\n# Annexe II\nUn alinéa.\n")
    expect(contents.get_by_role("link", name="Annexe II")).to_be_visible()

    page.evaluate(PASTE, [SHEET, "Polluant\tmg/l\nDCO\t300"])
    field = page.locator("#texte")
    expect(field).to_have_value(re.compile(r"Un alinéa\.\n\n\|= Polluant \| mg/l \|\n\| DCO \| 300 \|$"))
    page.keyboard.press("Control+z")
    expect(field).to_have_value(re.compile(r"Un alinéa\.\n$"))

    contents.get_by_role("link", name="Article 4").click()
    selected = "f => f.value.slice(f.selectionStart, f.selectionEnd)"
    assert field.evaluate(selected) == "## Article 4 - Entretien"
    expect(contents.locator("[aria-current]")).to_have_text("Article 4 - Entretien")

    type_at_end(page, "#### Trop bas\n")
    page.get_by_role("button", name="Vérifier").click()
    page.get_by_role("link", name="Ligne 54").click()
    assert field.evaluate(selected) == "#### Trop bas"
    page.keyboard.insert_text("## Moins bas")
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_text("Ce texte peut être lu")).to_be_visible()

    page.get_by_role("button", name="Relire").click()
    expect(page.get_by_role("heading", name="Avant d’enregistrer")).to_be_visible()
    for scheme, width in (("light", 1280), ("dark", 360)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Enregistrer le texte").click()
    expect(page.get_by_text("Le texte est enregistré.")).to_be_visible()
    expect(field).to_have_value(re.compile(r"## Moins bas\n$"))


@pytest.mark.parametrize("has_typed", [True, False])
def test_leaving_with_something_unsaved_is_asked(editor: Any, has_typed: bool) -> None:
    page = editor.open(BOILERS)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator("#texte").click()
    if has_typed:
        type_at_end(page, "x")
    page.get_by_role("link", name="Métadonnées et état").click()
    page.wait_for_url("**/JORFTEXT900000000002/")

    assert asked == ["beforeunload"] * has_typed


def test_a_session_that_ends_loses_nothing(visit: Any, site: Any) -> None:
    password = make_editor(create_app(site.settings), "ivy", "editor")
    page = visit.open(f"{DOOR}?suite={BOILERS}", bypass_csp=True)
    sign_in(page, password)
    type_at_end(page, "\nTapé longtemps.\n")
    with connect(site.settings, Role.OWNER) as connection, connection.cursor() as cursor:
        newest = "(SELECT max(id) FROM backoffice.editors)"
        cursor.execute(f"DELETE FROM backoffice.sessions WHERE editor_id = {newest}")  # noqa: S608  (ours)
        connection.commit()
    page.get_by_role("button", name="Relire").click()
    expect(page.get_by_role("heading", name="Votre session est terminée")).to_be_visible()
    expect(page.get_by_label("Texte")).to_have_value(re.compile("Tapé longtemps"))
    assert barriers(page) == []

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Connectez-vous dans un autre onglet").click()
    sign_in(opened.value, password)
    page.get_by_role("button", name="Envoyer à nouveau").click()
    expect(page.get_by_role("heading", name="Avant d’enregistrer")).to_be_visible()
    expect(page.locator("ins")).to_have_text("Tapé longtemps.")
    visit.complaints = [said for said in visit.complaints if "401" not in said]  # the session that had ended


def sign_in(page: Page, password: str) -> None:
    page.get_by_label("Nom de compte").fill("ivy")
    page.get_by_label("Mot de passe").fill(password)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_text("Se déconnecter")).to_be_visible()


def test_without_scripts_a_text_is_checked_and_looked_at(editor: Any) -> None:
    page = editor.open(BOILERS, java_script_enabled=False)
    page.get_by_label("Texte de l’arrêté").fill("# A\n### B\n")
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_text("saute un niveau")).to_be_visible()
    expect(page.get_by_role("navigation", name="Sommaire").get_by_role("link")).to_have_text(["A", "B"])
    page.get_by_label("Texte de l’arrêté").fill("# A\n## B\n")
    page.get_by_role("button", name="Relire").click()
    expect(page.get_by_role("heading", name="Avant d’enregistrer")).to_be_visible()
