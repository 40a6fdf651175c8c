"""The index of the bucket `ap`, in a folder and in an object store: true, cheap, made anew when in doubt."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from upath import UPath

from etl import storage
from etl.aps import index, runs, shelf
from etl.aps.index import Entry, load_index, look_up, save_index, stored_index, trusted_index
from etl.aps.runs import Run
from etl.aps.statuses import ApPage, ApStatus, status_key
from etl.errors import RefusedError
from etl.ocr import Failure
from etl.settings import Settings
from etl.storage import put_bytes
from tests.stand_ins.georisques import georisques_id

NOW = datetime(2026, 11, 22, 7, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture(params=["folder", pytest.param("store", marks=pytest.mark.s3)])
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Path | UPath:
    """An empty bucket, once as a folder and once in an object store."""
    if request.param == "folder":
        (tmp_path / "ap").mkdir()
        return tmp_path / "ap"
    object_store = request.getfixturevalue("object_store")
    name = object_store.new_bucket()
    settings = Settings(_env_file=None, **{**object_store.settings(), "ap_bucket": f"s3://{name}"})
    return storage.bucket(settings, "ap")


def status(number: int, *, is_read: bool = True) -> ApStatus:
    pages = (ApPage(page=1, decision="read", reason="", confidence=81.25, text="é"),) if is_read else ()
    return ApStatus(
        georisques_id=georisques_id(number),
        status="SUCCESS" if is_read else "ERROR",
        reason="A sentence.",
        failure=None if is_read else Failure.ENCRYPTED,
        sha256=f"{number:064x}",
        engine="engine",
        attempts=2,
        first_seen_at=NOW - timedelta(days=2),
        tried_at=NOW,
        read_at=NOW if is_read else None,
        size=10 if is_read else None,
        seconds=0.5,
        pages=pages,
    )


def fill(bucket: Path | UPath, numbers: range) -> index.Index:
    """Put statuses, every third an error; return their lines."""
    for number in numbers:
        shelf.put(bucket, status(number, is_read=number % 3 != 0), None)
    return look_up(bucket, [georisques_id(number) for number in numbers])


def test_a_missing_index_is_made_from_the_statuses(bucket: Path | UPath) -> None:
    assert load_index(bucket) == {}
    known = fill(bucket, range(1, 8))
    put_bytes(bucket, "runs/0123456789abcdef.json", b"{}")
    put_bytes(bucket, f"{georisques_id(1)}.pdf", b"%PDF")
    assert load_index(bucket) == known
    assert {entry.status for entry in known.values()} == {"SUCCESS", "ERROR"}


def test_what_is_saved_is_loaded(bucket: Path | UPath) -> None:
    known = fill(bucket, range(1, 8)) | {georisques_id(50): Entry(georisques_id(50))}
    save_index(bucket, known)
    assert stored_index(bucket) == known
    assert load_index(bucket)[georisques_id(1)].tried_at == NOW
    assert load_index(bucket)[georisques_id(1)].confidence == 81.25


@pytest.mark.parametrize("content", [b"", b"PAR1 and then nothing", b"{}"])
def test_a_damaged_index_is_made_anew(bucket: Path | UPath, content: bytes) -> None:
    known = fill(bucket, range(1, 4))
    put_bytes(bucket, index.INDEX_KEY, content)
    assert stored_index(bucket) is None
    assert load_index(bucket) == known


def test_an_index_that_is_not_true_is_made_anew(bucket: Path | UPath) -> None:
    known = fill(bucket, range(1, 6))
    save_index(bucket, known)
    assert trusted_index(bucket) == known
    put_bytes(bucket, status_key(georisques_id(2)), status(2, is_read=False).to_bytes())
    assert load_index(bucket) == known
    assert trusted_index(bucket)[georisques_id(2)].failure == "encrypted"


def test_a_status_that_cannot_be_read_counts_as_none(bucket: Path | UPath) -> None:
    fill(bucket, range(1, 3))
    put_bytes(bucket, status_key(georisques_id(1)), status(2).to_bytes())
    assert sorted(load_index(bucket)) == [georisques_id(2)]
    with pytest.raises(RefusedError, match="is the status of"):
        shelf.status_of(bucket, georisques_id(1))


def run(name: str, *numbers: int, began_at: datetime = NOW) -> Run:
    work = tuple(georisques_id(number) for number in numbers)
    return Run(
        name=name,
        began_at=began_at,
        dated_on=NOW.date(),
        listed=9,
        new=1,
        removed=0,
        work=work,
        kinds={},
        left=0,
    )


def test_runs_that_were_never_closed_are_in_doubt_for_a_month(bucket: Path | UPath) -> None:
    assert runs.unsettled(bucket, NOW) == set()
    runs.begin(bucket, run("scheduled__2026-11-22T07:00:00+00:00", 1, 2))
    runs.begin(bucket, run("other", 3))
    runs.begin(bucket, run("old", 4, began_at=NOW - timedelta(days=31)))
    runs.end(bucket, "other")
    assert runs.unsettled(bucket, NOW) == {georisques_id(number) for number in (1, 2, 4)}
    assert runs.unsettled(bucket, NOW) == {georisques_id(number) for number in (1, 2)}
    closed = runs.taken_on(bucket, "other")
    assert closed is not None
    assert (closed.is_closed, closed.work) == (True, (georisques_id(3),))
    assert runs.taken_on(bucket, "nobody") is None


def test_a_damaged_run_is_told(bucket: Path | UPath) -> None:
    put_bytes(bucket, runs.key_of("x"), b'{"name": 1}')
    with pytest.raises(RefusedError, match=r"runs/[0-9a-f]{16}\.json of the bucket ap is damaged"):
        runs.unsettled(bucket, NOW)
