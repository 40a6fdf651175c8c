"""The demo's Légifrance, asked by the real client."""

import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import ThreadingHTTPServer

import pytest

from demo.legifrance.answers import ORDERS
from etl.legifrance import Legifrance, Source, drafts_of
from etl.legifrance.token import Keys
from etl.settings import Settings
from etl.upstream.errors import KeysRefusedError, UnknownTextError
from etl.upstream.words import comparable_drafts
from launcher.legifrance import with_local_legifrance
from launcher.legifrance_server import API, KEYS, TOKEN, Handler
from regulation.editing.drafts import draft_of
from tests.ams import WAREHOUSES
from webapp.backoffice.text_changes import changes_of_drafts

OURS = Keys(KEYS["client_id"], KEYS["client_secret"])
BEFORE, AFTER = date(2025, 12, 31), date(2026, 6, 1)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), type("Quiet", (Handler,), {"log_message": lambda *_: None})
    )
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def client(url: str, keys: Keys = OURS) -> Legifrance:
    return Legifrance(Source(url + TOKEN, url + API, keys, ("127.0.0.1",)))


@pytest.mark.parametrize("cid", sorted(path.stem for path in ORDERS.glob("*.json")))
def test_an_order_comes_back_as_the_demo_has_it(cid: str, url: str) -> None:
    """But for a text that stands with a table, and for alineas right below a title that is no article."""
    document = json.loads((ORDERS / f"{cid}.json").read_text(encoding="utf-8"))
    ours = comparable_drafts(map(draft_of, document["sections"]))
    theirs = comparable_drafts(drafts_of(client(url).text(cid, BEFORE)))
    assert len(changes_of_drafts(ours, theirs)) <= 2


def test_an_order_was_amended_since(url: str) -> None:
    legifrance = client(url)
    before, after = (comparable_drafts(drafts_of(legifrance.text(WAREHOUSES, on))) for on in (BEFORE, AFTER))
    titles = [change.title_after for change in changes_of_drafts(before, after)]
    assert titles == ["3.2. Détection", "3.3. Moyens de lutte contre l'incendie"]


def test_it_knows_its_keys_and_no_other_text(url: str) -> None:
    with pytest.raises(KeysRefusedError):
        client(url, Keys("demo", "other")).check_keys()
    with pytest.raises(UnknownTextError):
        client(url).text("JORFTEXT000000000001", AFTER)


def test_own_keys_are_kept() -> None:
    own = Settings(_env_file=None, legifrance_client_id="mine")
    assert with_local_legifrance(own) == own
    local = with_local_legifrance(Settings(_env_file=None))
    assert Source.from_settings(local).hosts == ("127.0.0.1",)
