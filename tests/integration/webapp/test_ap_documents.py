"""The documents of prefectoral orders: sent by ranges, of published orders only, never whole in memory."""

import tracemalloc
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from etl.database import Role, connect
from etl.settings import Settings
from tests.demo_site import site_settings
from tests.prefectoral import add_order, georisques_id, printed, put_document
from tests.s3.endpoint import Endpoint
from tests.site_visits import add_installations, visitor_of
from webapp.aps.documents import PIECE_BYTES
from webapp.models import db

pytestmark = pytest.mark.postgres

SITE = "0199.00001"
READABLE, WITHDRAWN, NOT_READ, FAILED, WITHOUT_FILE, LARGE = map(georisques_id, range(1, 7))
DOCUMENT = printed([["Article 1", "Le sol est étanche."], ["Article 2"]], ballast=100_000)
LARGE_BYTES = 64 * 1024 * 1024


def add_orders(settings: Settings) -> None:
    with connect(settings, Role.ETL) as connection:
        add_installations(connection, {"s3ic_id": SITE})
        add_order(connection, SITE, 1)
        add_order(connection, SITE, 2, withdrawn_at="2026-01-01")
        add_order(connection, SITE, 3, ocr_status="NOT_ATTEMPTED")
        add_order(connection, SITE, 4, ocr_status="ERROR", failure="corrupt")
        add_order(connection, SITE, 5)
        add_order(connection, SITE, 6, dated_on=None)


@pytest.fixture(scope="module")
def documents(module_settings: Settings) -> Settings:
    ready = site_settings(module_settings)
    add_orders(ready)
    for identifier in (READABLE, WITHDRAWN, NOT_READ, FAILED):
        put_document(ready, identifier, DOCUMENT)
    with put_document(ready, LARGE, b"").open("wb") as file:
        file.truncate(LARGE_BYTES)
    return ready


@pytest.fixture(scope="module")
def visitor(documents: Settings) -> Iterator[FlaskClient]:
    yield from visitor_of(documents)


def fetch(visitor: FlaskClient, identifier: str = READABLE, **headers: str) -> TestResponse:
    return visitor.get(
        f"/arretes-prefectoraux/{identifier}.pdf",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


def test_the_whole_document(visitor: FlaskClient) -> None:
    answer = fetch(visitor)

    assert answer.status_code == 200
    assert answer.data == DOCUMENT
    assert answer.content_length == len(DOCUMENT)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Cache-Control"] == "no-cache"
    name = f"arrete-prefectoral_{SITE}_2019-03-12.pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{name}"'


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("bytes=0-9", DOCUMENT[:10]),
        ("bytes=5-5", DOCUMENT[5:6]),
        ("bytes=100-", DOCUMENT[100:]),
        ("bytes=-20", DOCUMENT[-20:]),
        (f"bytes=-{len(DOCUMENT) * 2}", DOCUMENT),
        (f"bytes={len(DOCUMENT) - 3}-{len(DOCUMENT) + 50}", DOCUMENT[-3:]),
    ],
    ids=["first", "one", "from", "last", "more than all", "past the end"],
)
def test_a_part(visitor: FlaskClient, asked: str, expected: bytes) -> None:
    answer = fetch(visitor, Range=asked)

    assert answer.status_code == 206
    assert answer.data == expected
    start = DOCUMENT.index(expected) if len(expected) > 10 else None
    first, _, rest = answer.headers["Content-Range"].removeprefix("bytes ").partition("-")
    assert start is None or int(first) == start
    assert int(rest.partition("/")[0]) - int(first) + 1 == len(expected) == answer.content_length
    assert rest.endswith(f"/{len(DOCUMENT)}")


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "bytes=9-2", "pages=1-2", "nonsense"])
def test_what_is_no_single_range_gets_the_whole(visitor: FlaskClient, asked: str) -> None:
    answer = fetch(visitor, Range=asked)

    assert answer.status_code == 200
    assert answer.data == DOCUMENT
    assert "Content-Range" not in answer.headers


def test_after_the_end(visitor: FlaskClient) -> None:
    answer = fetch(visitor, Range=f"bytes={len(DOCUMENT)}-")

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(DOCUMENT)}"


def test_head_sends_no_byte(visitor: FlaskClient) -> None:
    answer = visitor.head(f"/arretes-prefectoraux/{READABLE}.pdf", headers={"Range": "bytes=0-9"})

    assert answer.status_code == 200
    assert answer.data == b""
    assert answer.content_length == len(DOCUMENT)


def test_bytes_that_the_browser_has_are_not_sent_again(visitor: FlaskClient) -> None:
    etag = fetch(visitor).headers["ETag"]

    again = fetch(visitor, If_None_Match=etag)
    assert (again.status_code, again.data) == (304, b"")
    assert fetch(visitor, Range="bytes=0-9", If_Range=etag).status_code == 206
    assert fetch(visitor, Range="bytes=0-9", If_Range='"other"').data == DOCUMENT
    day = "Sat, 29 Oct 1994 19:43:31 GMT"
    assert fetch(visitor, Range="bytes=0-9", If_Range=day).data == DOCUMENT


def test_a_document_that_changes_has_another_mark(settings: Settings) -> None:
    ready = site_settings(settings)
    add_orders(ready)
    put_document(ready, READABLE, DOCUMENT)
    for client in visitor_of(ready):
        before = fetch(client).headers["ETag"]
        put_document(ready, READABLE, DOCUMENT.replace(b"Article 1", b"Article 9"))
        answer = fetch(client, Range="bytes=0-9", If_Range=before)
        assert answer.status_code == 200
        assert answer.headers["ETag"] != before


@pytest.mark.parametrize(
    ("identifier", "status"),
    [
        (WITHDRAWN, 410),
        (NOT_READ, 404),
        (FAILED, 404),
        (WITHOUT_FILE, 404),
        (georisques_id(99), 404),
        ("X/1/../../secret", 404),
        ("nothing", 404),
    ],
)
def test_only_published_orders(visitor: FlaskClient, identifier: str, status: int) -> None:
    answer = fetch(visitor, identifier)

    assert answer.status_code == status
    assert answer.mimetype == "text/html"


def test_a_large_document_is_never_whole_in_memory(visitor: FlaskClient) -> None:
    tracemalloc.start()
    try:
        answer = visitor.get(f"/arretes-prefectoraux/{LARGE}.pdf", buffered=False)
        sizes = [len(piece) for piece in answer.iter_encoded()]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sum(sizes) == LARGE_BYTES
    assert max(sizes) == PIECE_BYTES
    assert peak < 8 * PIECE_BYTES


def test_a_slow_reader_keeps_no_connection(visitor: FlaskClient) -> None:
    answer = visitor.get(f"/arretes-prefectoraux/{LARGE}.pdf", buffered=False)
    next(answer.iter_encoded())

    with visitor.application.app_context():
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # the pool that the site has counts
    answer.close()


@pytest.mark.s3
def test_from_an_object_store(settings: Settings, object_store: Endpoint) -> None:
    name, store = object_store.new_bucket("ap"), object_store.client()
    store.put_object(Bucket=name, Key=f"{READABLE}.pdf", Body=DOCUMENT)
    fields = object_store.settings()
    ready = Settings.model_validate(
        site_settings(settings).model_dump() | {"ap_bucket": f"s3://{name}"} | fields
    )
    add_orders(ready)
    for client in visitor_of(ready):
        whole = fetch(client)
        assert whole.data == DOCUMENT
        part = fetch(client, Range="bytes=100-299", If_Range=whole.headers["ETag"])
        assert (part.status_code, part.data) == (206, DOCUMENT[100:300])
        assert fetch(client, Range="bytes=-7").data == DOCUMENT[-7:]
        assert fetch(client, If_None_Match=whole.headers["ETag"]).status_code == 304
        assert fetch(client, WITHOUT_FILE).status_code == 404
