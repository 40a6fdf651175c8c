"""The button « Publier » in a browser: the page says by itself how far it is."""

from copy import deepcopy
from typing import Any

from playwright.sync_api import expect

from tests.e2e.test_backoffice_history import barriers_of, settings_context
from tests.stand_ins.airflow import AirflowStandIn
from webapp.backoffice.store import Edit, read_order, save

CID = "JORFTEXT900000000004"


def test_a_publication_is_followed_without_a_hand(
    site: Any, editor: Any, airflow_of_site: AirflowStandIn
) -> None:
    with settings_context(site.settings):
        held = read_order(CID)
        assert held is not None
        document = deepcopy(held.document)
        document["sections"][0]["title"]["text"] += ", et définitions"
        save(CID, held.version, document, held.metadata, Edit(1, "text"))
    page = editor.open("/back-office/publication", bypass_csp=True)
    expect(page.locator(".publication-list")).to_contain_text(CID)
    page.locator("summary").first.click()
    assert barriers_of(page) == {}

    page.get_by_role("button", name="Publier").click()
    progress = page.locator("#avancement")
    expect(progress).to_contain_text("en attente")
    exported = airflow_of_site.only_run()
    following = airflow_of_site.follow(exported, compare="success", approve="success", apply="running")
    expect(progress).to_contain_text("Mise en ligne : en cours")
    assert barriers_of(page) == {}
    following.end("success", compare="success", approve="success", apply="success")
    expect(progress).to_contain_text("Les arrêtés publiés sont en ligne.")
    expect(page.locator("#avancement[hx-get]")).to_have_count(0)
