"""A batch: orders from the source into the bucket, whatever each of them is."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from etl.aps import shelf
from etl.aps.reading import SILENCE, Reader, Tally, read_batch
from etl.aps.statuses import ApStatus, SourceFailure
from etl.aps.workplace import workplace
from etl.errors import TransientError
from tests.aps_run import engine, one_batch, order_pdf, reading, scanned_order, serve
from tests.ocr_files import WORDS
from tests.stand_ins.georisques import GeorisquesStandIn, georisques_id


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    folder = tmp_path / "ap"
    folder.mkdir()
    return folder


@pytest.fixture
def reader(georisques: GeorisquesStandIn, bucket: Path, tmp_path: Path) -> Iterator[Reader]:
    with reading(georisques, bucket, tmp_path / "work") as made:
        yield made


def status(bucket: Path, number: int) -> ApStatus:
    """Return the status of the n-th order, which it must have."""
    found = shelf.status_of(bucket, georisques_id(number))
    assert found is not None
    return found


def pdf(bucket: Path, number: int) -> Path:
    return bucket / f"{georisques_id(number)}.pdf"


def test_a_scan_becomes_a_searchable_file_with_its_status(
    georisques: GeorisquesStandIn, bucket: Path, reader: Reader
) -> None:
    georisques.documents[georisques_id(1)] = scanned_order(1)
    began_at = datetime.now(UTC)
    tally = read_batch(reader, one_batch([georisques_id(1)], began_at))
    known = status(bucket, 1)
    assert (known.status, known.failure, known.attempts, known.engine) == ("SUCCESS", None, 1, engine())
    assert began_at <= known.first_seen_at <= known.read_at == known.tried_at
    assert known.size == pdf(bucket, 1).stat().st_size
    (page,) = known.pages
    assert (page.decision, page.page) == ("read", 1)
    assert all(word in page.text for word in WORDS)
    assert (tally.read, tally.failed, tally.pages) == (1, 0, 1)
    assert tally.seconds == known.seconds > 0
    with pikepdf.open(pdf(bucket, 1)) as document:
        assert len(document.pages) == 1
        assert document.pages[0].Contents is not None


def test_bad_documents_have_a_status_each_and_stop_nothing(
    georisques: GeorisquesStandIn, bucket: Path, reader: Reader
) -> None:
    ids = serve(georisques, range(1, 8))
    georisques.documents[ids[1]] = b""
    georisques.documents[ids[2]] = order_pdf(3)[:400]
    georisques.trouble(ids[3], "404")
    georisques.trouble(ids[4], "html")
    georisques.trouble(ids[5], "403")
    tally = read_batch(reader, one_batch(ids))
    assert (tally.read, tally.failed) == (2, 5)
    failures = [status(bucket, number).failure for number in range(1, 8)]
    assert failures == [None, "empty", "nothing_read", "gone", "not_pdf", "refused", None]
    for number in (2, 3, 4, 5, 6):
        known = status(bucket, number)
        assert known.reason.endswith(".")
        assert (known.size, known.read_at, pdf(bucket, number).exists()) == (None, None, False)


def test_a_document_that_does_not_come_is_tried_another_day(
    georisques: GeorisquesStandIn, bucket: Path, reader: Reader
) -> None:
    ids = serve(georisques, (1, 2, 3))
    georisques.trouble(ids[1], "503")
    assert read_batch(reader, one_batch(ids)).failed == 1
    known = status(bucket, 2)
    assert (known.failure, known.failure.is_transient, known.attempts) == (SourceFailure.UNREACHABLE, True, 1)
    read_batch(reader, one_batch(ids[1:2]))
    assert status(bucket, 2).attempts == 2
    georisques.mend()
    assert read_batch(reader, one_batch(ids[1:2])).read == 1
    mended = status(bucket, 2)
    assert (mended.status, mended.attempts, mended.first_seen_at) == ("SUCCESS", 3, known.first_seen_at)


def test_a_silent_source_fails_the_batch_after_what_came(
    georisques: GeorisquesStandIn, bucket: Path, reader: Reader
) -> None:
    ids = serve(georisques, range(1, 12))
    for known in ids[2:]:
        georisques.trouble(known, "503")
    batch = one_batch(ids)
    with pytest.raises(TransientError, match=f"none of {SILENCE} documents in a row"):
        read_batch(reader, batch)
    assert [status(bucket, number).status for number in (1, 2)] == ["SUCCESS", "SUCCESS"]
    assert [shelf.status_of(bucket, known) for known in ids[2:]] == [None] * 9
    assert not any(georisques.requests(known) for known in ids[2 + SILENCE :])
    georisques.mend()
    tally = read_batch(reader, batch)
    assert (tally.before, tally.read, tally.failed) == (2, 9, 0)
    assert status(bucket, 3).attempts == 1


def test_a_batch_that_is_tried_again_leaves_alone_what_is_done(
    georisques: GeorisquesStandIn, bucket: Path, reader: Reader
) -> None:
    ids = serve(georisques, (1, 2))
    batch = one_batch(ids)
    read_batch(reader, batch)
    georisques.seen.clear()
    assert read_batch(reader, batch) == Tally(before=2)
    assert georisques.seen == []


def test_the_same_bytes_are_read_once_whatever_their_ids_and_days(
    georisques: GeorisquesStandIn, bucket: Path, reader: Reader
) -> None:
    ids = [georisques_id(number) for number in (1, 2, 3)]
    for known in ids:
        georisques.documents[known] = scanned_order(1)
    first = read_batch(reader, one_batch(ids[:2]))
    assert first.read == 2
    assert (status(bucket, 1).seconds > 0, status(bucket, 2).seconds > 0).count(True) == 1
    other_day = read_batch(reader, one_batch(ids[2:]))
    assert (other_day.read, other_day.seconds) == (1, 0)
    assert status(bucket, 3).pages == status(bucket, 1).pages
    assert pdf(bucket, 3).read_bytes() == pdf(bucket, 1).read_bytes()


def test_bytes_that_could_not_be_read_are_not_opened_again(
    georisques: GeorisquesStandIn, bucket: Path, reader: Reader
) -> None:
    ids = [georisques_id(number) for number in (1, 2)]
    for known in ids:
        georisques.documents[known] = b"%PDF-1.4 nothing else"
    read_batch(reader, one_batch(ids[:1]))
    read_batch(reader, one_batch(ids[1:]))
    first, second = status(bucket, 1), status(bucket, 2)
    assert (second.failure, second.reason, second.sha256) == (first.failure, first.reason, first.sha256)
    assert second.seconds == 0


def test_redo_reads_the_same_bytes_anew(georisques: GeorisquesStandIn, bucket: Path, reader: Reader) -> None:
    georisques.documents[georisques_id(1)] = scanned_order(1)
    ids = [georisques_id(1)]
    read_batch(reader, one_batch(ids))
    kept = read_batch(reader, one_batch(ids))
    assert (kept.read, kept.seconds) == (1, 0)
    redone = read_batch(reader, one_batch(ids, anew=True))
    assert redone.seconds > 0
    assert status(bucket, 1).attempts == 3


@pytest.mark.parametrize("trouble", ["404", "html", "503"])
def test_an_old_good_text_outlives_a_try_that_fails(
    georisques: GeorisquesStandIn, bucket: Path, reader: Reader, trouble: str
) -> None:
    (known,) = serve(georisques, (1,))
    read_batch(reader, one_batch([known]))
    before, file = status(bucket, 1), pdf(bucket, 1).read_bytes()
    georisques.trouble(known, trouble)
    for attempts in (2, 3):
        assert read_batch(reader, one_batch([known], anew=True)).failed == 1
        after = status(bucket, 1)
        assert (after.status, after.pages, after.sha256) == ("SUCCESS", before.pages, before.sha256)
        assert (after.read_at, after.attempts) == (before.read_at, attempts)
        assert after.reason.startswith(f"{before.reason} A new reading on ")
        assert after.reason.count("A new reading on") == 1
        assert pdf(bucket, 1).read_bytes() == file


def test_a_damaged_status_is_made_anew(georisques: GeorisquesStandIn, bucket: Path, reader: Reader) -> None:
    (known,) = serve(georisques, (1,))
    read_batch(reader, one_batch([known]))
    (bucket / f"{known}.json").write_bytes(b'{"georisques_id"')
    assert read_batch(reader, one_batch([known])).read == 1
    assert status(bucket, 1).attempts == 1


def test_a_batch_leaves_nothing_on_the_machine(
    georisques: GeorisquesStandIn, reader: Reader, bucket: Path
) -> None:
    read_batch(reader, one_batch(serve(georisques, (1, 2))))
    left = [path for path in reader.root.rglob("*") if path.is_file()]
    assert [path.name for path in left] == ["locks"]
    assert not [path for path in bucket.rglob("*") if path.name.startswith(".")]


def test_two_batches_of_a_machine_do_not_read_the_same_bytes_at_once(
    georisques: GeorisquesStandIn, bucket: Path, reader: Reader, tmp_path: Path
) -> None:
    """Another process holds the bytes, puts its result, and lets go: the result is taken over."""
    import hashlib
    import multiprocessing

    georisques.documents[georisques_id(1)] = scanned_order(1)
    georisques.documents[georisques_id(2)] = scanned_order(1)
    sha256 = hashlib.sha256(scanned_order(1)).hexdigest()
    read_batch(reader, one_batch([georisques_id(1)]))
    marker = bucket / f"contents/{sha256}.json"
    content = marker.read_bytes()
    marker.unlink()
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    holder = context.Process(target=hold_then_tell, args=(reader.root, sha256, marker, content, held))
    holder.start()
    assert held.wait(30)
    tally = read_batch(reader, one_batch([georisques_id(2)]))
    holder.join(30)
    assert (tally.read, tally.seconds) == (1, 0)


def hold_then_tell(root: Path, sha256: str, marker: Path, content: bytes, held) -> None:
    """Hold some bytes for a second, as a batch that reads them would."""
    import time

    with workplace(root) as place:
        assert place.try_to_hold(sha256)
        held.set()
        time.sleep(1)
        marker.write_bytes(content)


def test_files_of_a_killed_batch_go_with_the_next(tmp_path: Path) -> None:
    with workplace(tmp_path) as place:
        other = tmp_path / "files" / "dead"
        other.mkdir()
        (other / "0000.pdf").write_bytes(b"half")
        (tmp_path / "files" / "dead.lock").touch()
        with workplace(tmp_path) as second:
            assert place.files.is_dir()
            assert second.files.is_dir()
            assert not other.exists()
