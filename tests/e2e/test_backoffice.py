"""The back-office in a browser: every page without barrier, and nothing beside the screen."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.ams import WAREHOUSES
from tests.e2e.test_every_page import STATES, barriers

ORDER = f"/back-office/arretes/{WAREHOUSES}"

# Every page that an editor sees: a new one joins here.
PAGES = {
    "orders": "/back-office/",
    "no order found": "/back-office/?q=zzzzzz",
    "new order": "/back-office/arretes/nouveau",
    "order": f"{ORDER}/",
    "account": "/back-office/compte",
    "text": f"{ORDER}/texte",
    "preview": f"{ORDER}/apercu?regime=A&date-d-installation=1998-06-01&quantite-rubrique=52000",
    "preview for an installation": f"{ORDER}/apercu?installation=0099.01211",
    "preview, installations found": f"{ORDER}/apercu?installation=val",
    "preview, wrong values": f"{ORDER}/apercu?date-d-installation=hier",
    "history": f"{ORDER}/historique",
    "version": f"{ORDER}/historique/1",
    "journal": "/back-office/journal",
    "parametrization": f"{ORDER}/parametrage",
    "inapplicability": f"{ORDER}/parametrage/F8eE3c6acBac/inapplicabilite/0",
    "modification": f"{ORDER}/parametrage/182D32Fd3A9e/modification/0",
    "warning": f"{ORDER}/parametrage/@arrete/avertissement/nouveau",
    "topics": f"{ORDER}/themes",
    "publication": "/back-office/publication",
    "import": f"{ORDER}/importer",
    "comparison": f"{ORDER}/comparaison",
    "comparison with Légifrance": f"{ORDER}/comparaison?avec=legifrance",
}


@pytest.mark.parametrize("name", PAGES)
def test_no_barrier_and_nothing_beside_the_screen(editor: Any, name: str) -> None:
    page = editor.open(PAGES[name], bypass_csp=True)
    found: dict[object, object] = {}
    for scheme, width, rules in STATES:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        found[scheme, width] = barriers(page, *rules)
        found["beside", width] = page.evaluate("document.documentElement.scrollWidth") > width

    assert {state: rules for state, rules in found.items() if rules} == {}


def test_whoever_is_not_signed_in_comes_to_the_door(visit: Any) -> None:
    page = visit.open(f"{ORDER}/")

    expect(page.get_by_label("Mot de passe")).to_be_visible()
