"""The dump and the documents are fetched over real HTTP, whatever the source does."""

import hashlib
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from etl.errors import RefusedError, SettingsError, TransientError
from etl.georisques import Fetched, GoneError, Remote, connected, fetch_document, fetch_dump
from etl.settings import Settings
from launcher.dump import FIXED_MOMENT
from tests.stand_ins.georisques import DUMP, GeorisquesStandIn, georisques_id, row

ID = georisques_id(1)
CONTENT = bytes(range(256)) * 2000


@pytest.fixture
def source(georisques: GeorisquesStandIn) -> GeorisquesStandIn:
    georisques.documents[ID] = CONTENT
    georisques.set_dump(row(number, f"0065.{number:05d}") for number in range(2000))
    return georisques


def fetch(source: GeorisquesStandIn, target: Path, **limits: object) -> Fetched:
    with connected(source.remote(**limits)) as session:
        return fetch_document(session, ID, target)


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_document_comes_whole(source, tmp_path) -> None:
    fetched = fetch(source, tmp_path / "a.pdf")
    assert fetched == Fetched(len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert (tmp_path / "a.pdf").read_bytes() == CONTENT
    assert left_in(tmp_path) == ["a.pdf"]


def test_the_dump_comes_with_its_date_and_checksum(source, tmp_path) -> None:
    with connected(source.remote()) as session:
        dump = fetch_dump(session, tmp_path)
    assert dump.documents.read_text("utf-8").count("\n") == 2000
    assert dump.types.read_text("utf-8").startswith("1;Arrêté préfectoral\n")
    assert (dump.sha256, dump.bytes) == (hashlib.sha256(source.dump).hexdigest(), len(source.dump))
    assert dump.dated_on == datetime.fromtimestamp(FIXED_MOMENT, UTC).date() == date(2020, 9, 13)


def test_the_newest_file_dates_a_dump_whose_source_does_not(source, tmp_path) -> None:
    source.validators = False
    with connected(source.remote()) as session:
        assert fetch_dump(session, tmp_path).dated_on == date(2020, 9, 13)


@pytest.mark.parametrize("tells_date", [True, False])
def test_a_dump_that_is_not_renewed_is_refused(source, tmp_path, tells_date) -> None:
    """Both the answer and the files in the archive are of 2020."""
    source.validators = tells_date
    with (
        connected(source.remote(late_days=7)) as session,
        pytest.raises(RefusedError, match="source is late"),
    ):
        fetch_dump(session, tmp_path)


@pytest.mark.parametrize("days", [0, 6])
def test_a_dump_of_these_days_is_not_late(source, tmp_path, days) -> None:
    source.last_modified = int(time.time()) - days * 86_400
    with connected(source.remote(late_days=7)) as session:
        fetch_dump(session, tmp_path)


def test_a_cut_download_is_resumed_where_it_was_cut(source, tmp_path) -> None:
    source.trouble(ID, "cut", times=2)
    fetch(source, tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == CONTENT
    ranges = [seen.headers.get("Range") for seen in source.requests(ID)]
    assert ranges == [None, f"bytes={len(CONTENT) // 2}-", f"bytes={len(CONTENT) * 3 // 4}-"]


def test_another_process_takes_up_what_came(source, tmp_path) -> None:
    source.trouble("dump", "cut")
    with connected(source.remote(tries=1)) as session, pytest.raises(TransientError):
        fetch_dump(session, tmp_path)
    came = (tmp_path / "georisques_data.tar.gz.part").stat().st_size
    source.mend()
    with connected(source.remote(tries=1)) as session:
        fetch_dump(session, tmp_path)
    assert source.requests("dump")[-1].headers["Range"] == f"bytes={came}-"


@pytest.mark.parametrize("how", ["changed", "no validators", "no ranges"])
def test_what_cannot_be_resumed_is_fetched_from_its_start(source, tmp_path, how) -> None:
    source.validators, source.keeps_ranges = how != "no validators", how != "no ranges"
    source.trouble(ID, "cut", times=1)
    with pytest.raises(TransientError):
        fetch(source, tmp_path / "a.pdf", tries=1)
    if how == "changed":
        source.documents[ID] = CONTENT[::-1]
    fetch(source, tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == source.documents[ID]


def test_a_part_that_is_whole_already_is_no_trouble(source, tmp_path) -> None:
    source.trouble(ID, "cut", times=1)
    with pytest.raises(TransientError):
        fetch(source, tmp_path / "a.pdf", tries=1)
    (tmp_path / "a.pdf.part").write_bytes(CONTENT)
    fetch(source, tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == CONTENT


@pytest.mark.parametrize("status", ["500", "502", "503", "504", "408", "429"])
def test_a_busy_source_is_asked_again(source, tmp_path, status) -> None:
    source.trouble(ID, status, times=2)
    fetch(source, tmp_path / "a.pdf")
    assert len(source.requests(ID)) == 3


def test_a_source_that_stays_busy_is_given_up(source, tmp_path) -> None:
    source.trouble(ID, "503")
    with pytest.raises(TransientError, match="503"):
        fetch(source, tmp_path / "a.pdf", tries=3)
    assert len(source.requests(ID)) == 3
    assert left_in(tmp_path) == []


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("404", GoneError),
        ("410", GoneError),
        ("400", RefusedError),
        ("401", RefusedError),
        ("403", RefusedError),
    ],
)
def test_what_is_refused_is_not_asked_again(source, tmp_path, status, error) -> None:
    source.trouble(ID, status)
    with pytest.raises(error, match=status) as caught:
        fetch(source, tmp_path / "a.pdf")
    assert isinstance(caught.value, GoneError) == (error is GoneError)
    assert len(source.requests(ID)) == 1


@pytest.mark.parametrize("kind", ["silent", "slow"])
def test_a_source_that_never_ends_is_given_up(source, tmp_path, kind) -> None:
    source.trouble(ID, kind)
    with pytest.raises(TransientError):
        fetch(source, tmp_path / "a.pdf", read_seconds=0.3, document_seconds=0.5, tries=2)


def test_nobody_listening_is_a_trouble_that_may_pass(tmp_path) -> None:
    remote = GeorisquesStandIn(url="http://127.0.0.1:9").remote(tries=2)
    with connected(remote) as session, pytest.raises(TransientError, match=r"127\.0\.0\.1"):
        fetch_document(session, ID, tmp_path / "a.pdf")


def test_an_unknown_name_is_a_trouble_that_may_pass(source, tmp_path) -> None:
    known = source.remote(tries=1)
    remote = Remote(known.dump_url, "https://documents.invalid", ("documents.invalid",), known.limits)
    with connected(remote) as session, pytest.raises(TransientError, match=r"documents\.invalid"):
        fetch_document(session, ID, tmp_path / "a.pdf")


def test_a_redirect_to_a_known_host_is_followed(source, tmp_path) -> None:
    source.trouble("dump", f"redirect:{source.url}/documents/{ID}.pdf")
    source.documents[ID] = source.dump
    with connected(source.remote()) as session:
        assert fetch_dump(session, tmp_path).bytes == len(source.dump)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("http://localhost:{port}/documents/a.pdf", "localhost is not one of"),
        ("http://127.0.0.1.example.org/a.pdf", "is not one of"),
        ("http://127.0.0.1@example.org/a.pdf", "example.org is not one of"),
        ("ftp://127.0.0.1/a.pdf", "does not begin with https"),
        ("file:///etc/passwd", "is not one of"),
        ("/documents/{id}.pdf", "from one address to the next"),
    ],
)
def test_a_redirect_elsewhere_is_refused(source, tmp_path, address, sentence) -> None:
    source.trouble(ID, "redirect:" + address.format(port=source.url.rpartition(":")[2], id=ID))
    with pytest.raises(RefusedError, match=sentence):
        fetch(source, tmp_path / "a.pdf")
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("tells_length", [True, False])
def test_a_document_that_is_too_large_is_refused(source, tmp_path, tells_length) -> None:
    if not tells_length:
        source.trouble(ID, "chunked")
    with pytest.raises(RefusedError, match="larger than"):
        fetch(source, tmp_path / "a.pdf", document_bytes=len(CONTENT) - 1)
    assert left_in(tmp_path) == []


@pytest.mark.parametrize(
    "wrong", ["", "A/0/" + "f" * 32, "../../etc/passwd", "A/f/" + "f" * 31, "A/f/" + "F" * 32]
)
def test_what_is_no_id_is_not_asked_for(source, tmp_path, wrong) -> None:
    with connected(source.remote()) as session, pytest.raises(RefusedError, match="is not the id"):
        fetch_document(session, wrong, tmp_path / "a.pdf")
    assert source.seen == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"georisques_dump_url": ""}, "GEORISQUES_DUMP_URL is not set"),
        ({"georisques_documents_url": ""}, "GEORISQUES_DOCUMENTS_URL is not set"),
        ({"georisques_hosts": "example.org"}, "GEORISQUES_DUMP_URL cannot be used: The host 127.0.0.1"),
        ({"georisques_documents_url": "http://files.georisques.fr/a"}, "does not begin with https"),
        ({"georisques_documents_url": "https://georisques.fr.example.org/a"}, "is not one of"),
    ],
)
def test_settings_that_lead_nowhere_are_named(source, changes, sentence) -> None:
    given = {name.lower(): value for name, value in source.variables().items()}
    given["georisques_hosts"] += ", georisques.fr"
    assert Remote.from_settings(Settings(_env_file=None, **given)).dump_url == source.url + DUMP
    with pytest.raises(SettingsError, match=sentence):
        Remote.from_settings(Settings(_env_file=None, **given | changes))
