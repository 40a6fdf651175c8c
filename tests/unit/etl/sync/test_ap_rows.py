"""Rows of prefectoral orders, and the statuses read ahead of them."""

import hashlib
import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.aps.index import Entry
from etl.sync.ap_inputs import ListedAp, fingerprint
from etl.sync.ap_reader import read_ahead
from etl.sync.ap_rows import DERIVATION, kept_row, page_rows, read_row, storable, unread_row
from tests.aps import READ_AT, demo_aps, made_aps, status_of

# What the demo's orders give. Left: their statuses; right: rows and pages, by the version of the rules.
RECORDED = (
    "1c31e105750033493edcc5b15d8c76e887f80c29a738102f28cee49cf6bafb15",
    {1: "6e13e9bad67b344be89a798946a5b36eea047616eff5b354a11ed4fe7b49db6f"},
)
FINGERPRINT = bytes(32)


def listed(number: int = 1, **changes: object) -> ListedAp:
    values = {
        "dated_on": "2000-01-02",
        "ocr_status": "SUCCESS",
        "size": 10,
        "description": "Nouveau document",
    }
    return ListedAp(**{"georisques_id": f"A/0/{number:032x}", "s3ic_id": "0058.00001", **values, **changes})  # type: ignore[arg-type]


def test_the_rows_are_those_of_this_derivation() -> None:
    """Titles and pages are only made anew for statuses that changed, unless DERIVATION says otherwise."""
    statuses = [status_of(ap) for ap in demo_aps()]
    given_ = hashlib.sha256(b"".join(status.to_bytes() for status in statuses)).hexdigest()
    rows = [json.dumps(read_row(listed(), status, FINGERPRINT)) for status in statuses]
    rows += [json.dumps(row) for status in statuses for row in page_rows(status)]
    made = hashlib.sha256("\n".join(rows).encode()).hexdigest()

    recorded_given, recorded = RECORDED
    if given_ != recorded_given:
        pytest.fail(f"The demo's orders changed: put {given_!r} in RECORDED and {{{DERIVATION}: {made!r}}}.")
    if recorded.get(DERIVATION) != made:
        pytest.fail(
            "The same statuses give other titles or pages: raise DERIVATION in etl.sync.ap_rows, so that the "
            f"next sync reads every status anew, and put the new number with {made!r} in RECORDED."
        )


def test_all_rows_have_the_same_columns() -> None:
    status = status_of(made_aps(1)[0])
    rows = [kept_row(listed()), unread_row(listed(), None), unread_row(listed(), FINGERPRINT)]
    rows.append(read_row(listed(), status, FINGERPRINT))
    assert {len(row) for row in rows} == {17}
    assert [row[4] for row in rows] == [True, False, False, False]


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("plain", "plain"),
        ("NUL\0 here", "NUL here"),
        ("é\0è", "éè"),
        ("half \ud835 of one", "half � of one"),
        ("\udc00é", "�é"),
        ("whole \U0001d435", "whole \U0001d435"),
        ("", ""),
    ],
)
def test_what_postgres_refuses_is_not_stored(text: str, stored: str) -> None:
    assert storable(text) == stored


@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_stored(text: str) -> None:
    stored = storable(text)
    assert "\0" not in stored
    stored.encode()


def test_every_try_changes_the_fingerprint() -> None:
    status = status_of(made_aps(1)[0])
    entry = Entry.of(status.georisques_id, status)
    again = replace(entry, tried_at=READ_AT + timedelta(microseconds=1))
    assert fingerprint(entry) == fingerprint(Entry.of(status.georisques_id, status))
    assert fingerprint(entry) != fingerprint(again)
    assert len(fingerprint(entry)) == 32


def test_reading_ahead_keeps_order_and_stays_near() -> None:
    """Never more than the given number of results wait: large statuses would fill the memory."""
    lock, begun, most = threading.Lock(), [0], [0]
    taken = 0

    def read(item: int) -> int:
        with lock:
            begun[0] += 1
            most[0] = max(most[0], begun[0] - taken)
        return item * 10

    for item, found in read_ahead(read, range(200), 4):
        assert found == item * 10
        assert item == taken
        taken += 1
    assert taken == 200
    assert most[0] <= 5


def test_an_error_of_a_reader_comes_out_and_nothing_is_read_after_it() -> None:
    begun = []

    def read(item: int) -> int:
        begun.append(item)
        if item == 3:
            raise ConnectionError("the object store is gone")
        return item

    with pytest.raises(ConnectionError):
        list(read_ahead(read, range(1_000), 4))
    assert len(begun) < 12
