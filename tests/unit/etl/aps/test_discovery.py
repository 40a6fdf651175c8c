"""Which orders a run reads: by what is listed, what is known, and what was asked for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.aps.batches import MOST_BYTES, MOST_DOCUMENTS, Batch, split
from etl.aps.discovery import OUTDATED_PER_RUN, Wish, find_work
from etl.aps.index import Entry
from etl.errors import RefusedError

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
ENGINE = "tesseract 5; envinorma-ocr 2"


def order(number: int) -> str:
    """Return the n-th id of these tests."""
    digits = f"{number:032x}"
    return f"A/{digits[-1]}/{digits}"


def entry(number: int, status: str = "SUCCESS", **changes: object) -> Entry:
    """Return an order that this engine has read, but for the changes."""
    known = {"engine": ENGINE, "attempts": 1, "tried_at": NOW - timedelta(days=3), "confidence": 90.0}
    return Entry(order(number), status, **{**known, **changes})


def failed(number: int, failure: str, **changes: object) -> Entry:
    return entry(number, "ERROR", **{"failure": failure, "engine": None, "confidence": None, **changes})


def work_of(entries: list[Entry], listed: dict[str, str] | None = None, **wish: object):
    """Return what a run would do about some known orders, all listed unless said otherwise."""
    index = {known.georisques_id: known for known in entries}
    return find_work(listed or dict.fromkeys(index, "2020-01-01"), index, Wish(**wish), ENGINE, NOW)


def test_what_is_read_is_left_alone() -> None:
    work = work_of([entry(1), entry(2)])
    assert (work.ids, work.kinds, work.left) == ((), {}, 0)


def test_new_orders_come_first_and_the_newest_before_the_others() -> None:
    listed = {order(1): "2001-01-01", order(2): "2026-11-20", order(3): "", order(4): "2015-05-05"}
    retriable = failed(4, "unreachable")
    work = work_of([retriable], listed)
    assert work.ids == (order(2), order(1), order(3), order(4))
    assert work.kinds == {"new": 3, "retriable": 1}


@pytest.mark.parametrize(
    ("failure", "attempts", "days", "is_tried"),
    [
        ("unreachable", 1, 1, True),
        ("unreachable", 1, 0.5, False),
        ("unreachable", 3, 3, False),
        ("unreachable", 3, 4, True),
        ("crashed", 9, 31, False),
        ("crashed", 9, 32, True),
        ("gone", 1, 300, False),
        ("corrupt", 1, 300, False),
        ("encrypted", 1, 300, False),
    ],
)
def test_transient_failures_wait_longer_each_time_and_permanent_ones_for_ever(
    failure: str, attempts: int, days: float, is_tried: bool
) -> None:
    known = failed(1, failure, attempts=attempts, tried_at=NOW - timedelta(days=days))
    assert bool(work_of([known]).ids) is is_tried


def test_a_new_engine_reads_a_bounded_part_of_the_stock_the_least_sure_first() -> None:
    old = [entry(number, engine="older", confidence=float(number)) for number in range(1, 90)]
    hopeless = failed(99, "nothing_read", engine="older")
    work = work_of([*old, hopeless])
    assert work.ids[0] == order(99)
    assert work.ids[1:] == tuple(order(number) for number in range(1, OUTDATED_PER_RUN))
    assert work.kinds == {"outdated": OUTDATED_PER_RUN}


def test_redo_without_ids_takes_every_failure_and_all_of_an_older_engine() -> None:
    known = [failed(1, "gone"), failed(2, "unreachable", tried_at=NOW), entry(3), entry(4, engine="older")]
    many = [entry(number, engine="older") for number in range(10, 100)]
    work = work_of([*known, *many], redo=True)
    assert set(work.ids) == {order(1), order(2), order(4), *(order(number) for number in range(10, 100))}
    assert work.kinds == {"outdated": 91, "failed": 2}


def test_orders_asked_for_are_the_only_ones_and_those_read_are_left_unless_redone() -> None:
    known = [entry(1), failed(2, "gone"), failed(3, "unreachable")]
    listed = {order(number): "" for number in range(1, 6)}
    asked = (order(4), order(1), order(2), order(4))
    assert work_of(known, listed, ids=asked).ids == (order(4), order(2))
    assert work_of(known, listed, ids=asked, redo=True).ids == (order(4), order(1), order(2))


def test_an_order_that_is_not_listed_is_refused_by_name() -> None:
    with pytest.raises(RefusedError, match=f"does not list {order(7)}, {order(8)}, {order(9)} and 1 others"):
        work_of([entry(1)], ids=tuple(order(number) for number in (9, 8, 7, 10, 1)))


def test_a_limit_leaves_the_rest_for_later() -> None:
    listed = {order(number): f"20{number:02}-01-01" for number in range(10, 20)}
    work = work_of([failed(10, "unreachable")], listed, limit=4)
    assert work.ids == tuple(order(number) for number in (19, 18, 17, 16))
    assert (work.kinds, work.left) == ({"new": 4}, 6)


@given(
    sizes=st.lists(st.integers(0, 2 * MOST_BYTES) | st.none(), max_size=100),
    anew=st.booleans(),
)
def test_batches_keep_the_order_and_their_bounds(sizes: list[int | None], anew: bool) -> None:
    ids = [order(number) for number in range(len(sizes))]
    known = {name: size for name, size in zip(ids, sizes, strict=True) if size is not None}
    batches = split(ids, known, NOW, anew=anew)
    assert [name for batch in batches for name in batch.ids] == ids
    assert [batch.number for batch in batches] == list(range(1, len(batches) + 1))
    for batch in batches:
        assert 1 <= len(batch.ids) <= MOST_DOCUMENTS
        assert len(batch.ids) == 1 or sum(known.get(name, 0) for name in batch.ids) <= MOST_BYTES
        assert batch.total == len(batches)
        assert Batch.from_values(batch.to_values()) == batch


@pytest.mark.parametrize(("count", "name"), [(1, "lot 1 sur 1, 1 arrêté"), (7, "lot 1 sur 1, 7 arrêtés")])
def test_a_batch_has_a_name_for_people(count: int, name: str) -> None:
    assert [batch.name for batch in split([order(number) for number in range(count)], {}, NOW)] == [name]
