"""A condition is written in the browser: rows come in place, and the sentence follows what is typed."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_every_page import barriers

# An order that no other test of the browser changes.
COOLING = "/back-office/arretes/JORFTEXT900000000003/parametrage"


def first_section(editor: Any) -> str:
    page = editor.open(COOLING)
    return str(page.locator(".param-tree li").first.get_attribute("id")).removeprefix("s-")


@pytest.fixture
def form(editor: Any) -> Page:
    """The form of a new inapplicability."""
    page: Page = editor.open(f"{COOLING}/{first_section(editor)}/inapplicabilite/nouveau", bypass_csp=True)
    return page


def test_a_condition_is_written_in_place(form: Page) -> None:
    form.evaluate("window.untouched = true")
    form.get_by_label("Paramètre").select_option("date-d-installation")
    expect(form.get_by_label("Opérateur")).to_be_visible()
    form.get_by_label("Opérateur").select_option("in")
    form.get_by_label("Début").fill("1998-07-01")
    form.get_by_label("Fin").fill("2003-07-01")
    form.get_by_label("Fin").blur()
    expect(form.locator("#phrase")).to_contain_text("comprise entre le 01/07/1998 et le 01/07/2003")
    form.get_by_role("button", name="Ajouter un groupe").click()
    expect(form.locator(".cond-row")).to_have_count(3)
    expect(form.get_by_role("button", name="Ajouter un groupe", exact=True)).to_be_focused()
    expect(form.get_by_label("Début")).to_have_value("1998-07-01")
    expect(form.locator(".office-error")).to_have_count(0)
    assert barriers(form) == []
    form.get_by_role("button", name="Retirer le groupe").click()
    expect(form.locator(".cond-row")).to_have_count(1)
    assert form.evaluate("window.untouched") is True
    form.get_by_role("button", name="Enregistrer").click()
    expect(form.get_by_role("status")).to_contain_text("L’élément est ajouté.")
    expect(form.locator(".param-tree li").first).to_contain_text("Inapplicable")
    form.locator(".param-tree li").first.get_by_role("link", name="Modifier").first.click()
    form.get_by_role("button", name="Retirer l’inapplicabilité").click()
    expect(form.get_by_role("status")).to_contain_text("L’élément est retiré.")


def test_a_bound_typed_first_is_kept_while_the_form_grows(form: Page) -> None:
    form.get_by_label("Paramètre").select_option("quantite-rubrique")
    form.get_by_label("Valeur").fill("douze")
    form.get_by_role("button", name="Ajouter un test").click()
    expect(form.locator(".cond-row")).to_have_count(2)
    expect(form.get_by_label("Valeur")).to_have_value("douze")
    form.get_by_role("button", name="Enregistrer").click()
    expect(form.get_by_role("alert").first).to_contain_text("Rien n’est enregistré")
    assert barriers(form) == []
