"""The object store refuses, is overloaded, hangs or cuts its answers: in a publication, and for the site."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientPayloadError
from flask.testing import FlaskClient
from upath import UPath

from etl import storage
from etl.database import Role, connect
from etl.errors import StepError
from etl.settings import Settings
from tests.demo_site import site_settings
from tests.prefectoral import add_order, georisques_id, printed
from tests.s3.endpoint import Endpoint
from tests.site_visits import add_installations, page_of, visitor_of
from tests.stand_ins.ill_store import Illness, IllStore, ill_store

pytestmark = pytest.mark.s3

NAMES = ("installations.csv", "classements.csv", "report.json")
SITE, ORDER = "0199.00001", georisques_id(1)
LONGEST_ANSWER_SECONDS = 10


@pytest.fixture
def store(object_store: Endpoint) -> Iterator[IllStore]:
    with ill_store(object_store.url) as door:
        yield door


@pytest.fixture(autouse=True)
def _impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "REQUESTS", {**storage.REQUESTS, "read_timeout": 0.5})


def misc(endpoint: Endpoint, url: str, name: str) -> UPath:
    fields: dict[str, Any] = {**endpoint.settings(), "s3_endpoint_url": url, "misc_bucket": f"s3://{name}"}
    return storage.bucket(Settings(_env_file=None, **fields), "misc")


def write_version(folder: Path, word: str) -> dict[str, Path]:
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_text(word, encoding="utf-8")
    return {name: folder / name for name in NAMES}


def versions_in(bucket: UPath) -> set[str]:
    """What whoever reads next finds, with what was committed put into its place."""
    storage.finish_pending(bucket)
    return {(storage.read_bytes(bucket, name) or b"").decode() for name in NAMES}


@pytest.mark.parametrize(
    ("illness", "share"),
    [("refuses", 0.2), ("refuses", 0.5), ("refuses", 0.8), ("overloaded", 0.6)],
)
def test_a_publication_is_there_whole_or_not_at_all(
    object_store: Endpoint, store: IllStore, tmp_path: Path, illness: Illness, share: float
) -> None:
    name = object_store.new_bucket()
    real, ill = misc(object_store, object_store.url, name), misc(object_store, store.url, name)
    old, new = write_version(tmp_path / "old", "old"), write_version(tmp_path / "new", "new")
    storage.publish(ill, old)
    cost = store.requests

    store.illness, store.well_for = illness, int(cost * share)
    with pytest.raises(StepError, match="object store"):
        storage.publish(ill, new)
    assert versions_in(real) in ({"old"}, {"new"})

    store.illness = "none"
    storage.publish(ill, new)
    assert versions_in(real) == {"new"}


@pytest.fixture
def visitor(settings: Settings, object_store: Endpoint, store: IllStore) -> Iterator[FlaskClient]:
    name = object_store.new_bucket("ap")
    document = printed([["Article 1", "Le sol est étanche."]])
    object_store.client().put_object(Bucket=name, Key=f"{ORDER}.pdf", Body=document)
    with connect(settings, Role.ETL) as connection:
        add_installations(connection, {"s3ic_id": SITE})
        add_order(connection, SITE, 1)
    fields = {**object_store.settings(), "s3_endpoint_url": store.url, "ap_bucket": f"s3://{name}"}
    yield from visitor_of(Settings.model_validate(site_settings(settings).model_dump() | fields))


@pytest.mark.postgres
@pytest.mark.parametrize("illness", ["refuses", "overloaded", "hangs"])
def test_the_site_stands_without_its_documents(
    visitor: FlaskClient, store: IllStore, illness: Illness
) -> None:
    store.illness = illness
    page_of(visitor, f"/installations/{SITE}")
    began = time.monotonic()
    gone = page_of(visitor, f"/arretes-prefectoraux/{ORDER}.pdf", 503)
    assert time.monotonic() - began < LONGEST_ANSWER_SECONDS
    assert "indisponible" in gone.text.lower()
    health = visitor.get("/sante")
    assert json.loads(health.data)["parts"]["bucket_ap"]["status"] != "ready"

    store.illness = "none"
    assert visitor.get(f"/arretes-prefectoraux/{ORDER}.pdf").data.startswith(b"%PDF")


@pytest.mark.postgres
def test_a_document_that_is_cut_short_is_not_taken_for_whole(visitor: FlaskClient, store: IllStore) -> None:
    address = f"/arretes-prefectoraux/{ORDER}.pdf"
    whole = visitor.get(address).data
    store.illness = "cuts"
    # Headers with the whole length have gone by then: a browser sees a download that failed.
    with pytest.raises(ClientPayloadError):
        visitor.get(address)
    store.illness = "none"
    assert visitor.get(address).data == whole
