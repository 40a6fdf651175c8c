"""An archive gives up the files we read, and nothing that it should not hold gets out of it."""

import gzip
import io
import tarfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.errors import RefusedError, StepError, TransientError
from etl.georisques import Limits
from etl.georisques.archive import DOCUMENTS, ESTABLISHMENTS, TYPES, unpack
from launcher.dump import pack_dump

FILES = {DOCUMENTS: b"1;2;3\n" * 50, TYPES: b"1;AP\n"}
SMALL = Limits(member_bytes=1 << 20, unpacked_bytes=24 << 20, ratio=20)


def archive(folder: Path, content: bytes) -> Path:
    path = folder / "dump.tar.gz"
    path.write_bytes(content)
    return path


def packed(members: list[tuple[tarfile.TarInfo, bytes]], form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", format=form) as target:
        for member, content in members:
            member.size = len(content) if member.isreg() else 0
            target.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, **attributes: object) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    return info


def whole(*others: tuple[tarfile.TarInfo, bytes]) -> bytes:
    return packed([*others, *((member(name), content) for name, content in FILES.items())])


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "deep" / "out"
    folder.mkdir(parents=True)
    return folder


def test_the_files_come_out_with_the_day_of_the_newest(tmp_path, out) -> None:
    unpacked = unpack(archive(tmp_path, pack_dump(FILES, moment=1_600_000_000)), out, SMALL)
    assert {name: path.read_bytes() for name, path in unpacked.files.items()} == FILES
    assert unpacked.newest_on == date(2020, 9, 13)
    assert unpacked.others == ()


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("prefix", ["", "./", "georisques_data/"])
def test_every_usual_way_of_packing_is_understood(tmp_path, out, form, prefix) -> None:
    members = [(member(prefix.rstrip("/") or ".", tarfile.DIRTYPE), b"")]
    members += [(member(prefix + name), content) for name, content in FILES.items()]
    assert unpack(archive(tmp_path, packed(members, form)), out, SMALL).files.keys() == FILES.keys()


def test_other_files_are_left_in_the_archive(tmp_path, out) -> None:
    unpacked = unpack(
        archive(tmp_path, whole((member("README"), b"x"), (member(ESTABLISHMENTS), b"1\n"))), out, SMALL
    )
    assert unpacked.others == ("README",)
    assert names(out) == {DOCUMENTS, TYPES, ESTABLISHMENTS}


@pytest.mark.parametrize("moment", ["0", "-5", "1e12", "nan", "inf"])
def test_a_day_that_cannot_be_is_none(tmp_path, out, moment) -> None:
    told = {"mtime": moment}
    content = packed([(member(name, pax_headers=told), data) for name, data in FILES.items()])
    assert unpack(archive(tmp_path, content), out, SMALL).newest_on is None


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (member("../IC_documents.csv"), "a path that leads out"),
        (member("a/../../IC_documents.csv"), "a path that leads out"),
        (member("/etc/IC_documents.csv"), "a path that leads out"),
        (member("..\\IC_documents.csv"), "a path that leads out"),
        (member(DOCUMENTS, tarfile.SYMTYPE, linkname="/etc/passwd"), "a link, a device"),
        (member("other", tarfile.SYMTYPE, linkname="IC_documents.csv"), "a link, a device"),
        (member(DOCUMENTS, tarfile.LNKTYPE, linkname=TYPES), "a link, a device"),
        (member(DOCUMENTS, tarfile.CHRTYPE), "a link, a device"),
        (member(DOCUMENTS, tarfile.BLKTYPE), "a link, a device"),
        (member(DOCUMENTS, tarfile.FIFOTYPE), "a link, a device"),
    ],
    ids=lambda value: value.name if isinstance(value, tarfile.TarInfo) else "",
)
def test_what_an_honest_archive_never_holds_refuses_it(tmp_path, out, wrong, sentence) -> None:
    before = names(tmp_path)
    path = archive(tmp_path, whole((wrong, b"")))
    with pytest.raises(RefusedError, match=sentence):
        unpack(path, out, SMALL)
    assert names(tmp_path) - before <= {"dump.tar.gz"}


@pytest.mark.parametrize("missing", [DOCUMENTS, TYPES])
def test_a_file_that_is_missing_is_named(tmp_path, out, missing) -> None:
    files = {name: content for name, content in FILES.items() if name != missing}
    with pytest.raises(RefusedError, match=f"lacks {missing}"):
        unpack(archive(tmp_path, pack_dump(files)), out, SMALL)


def test_a_file_that_comes_twice_is_refused(tmp_path, out) -> None:
    with pytest.raises(RefusedError, match="twice"):
        unpack(archive(tmp_path, whole((member(f"old/{TYPES}"), b"2;AP\n"))), out, SMALL)


def test_a_file_that_is_too_large_is_refused_before_it_is_written(tmp_path, out) -> None:
    content = pack_dump({DOCUMENTS: b"x" * ((1 << 20) + 1), TYPES: b"1;AP\n"})
    with pytest.raises(RefusedError, match="larger than 1 MB unpacked"):
        unpack(archive(tmp_path, content), out, SMALL)
    assert names(out) == set()


def test_many_files_are_refused(tmp_path, out) -> None:
    with pytest.raises(RefusedError, match="more than 100 files"):
        unpack(archive(tmp_path, whole(*((member(f"f{number}"), b"") for number in range(200)))), out, SMALL)


@pytest.mark.parametrize("name", ["padding", DOCUMENTS])
def test_a_bomb_is_stopped_early(tmp_path, out, name) -> None:
    """40 MB of zeros pack into 40 kB: a thousand times, where a real dump gains three."""
    content = packed([(member(name), bytes(40 << 20))])
    assert len(content) < 50_000
    limits = Limits(member_bytes=1 << 30, unpacked_bytes=1 << 30, ratio=20)
    with pytest.raises(RefusedError, match="far more than it should"):
        unpack(archive(tmp_path, content), out, limits)
    assert sum(path.stat().st_size for path in out.iterdir()) <= 17 << 20


def test_a_bomb_behind_the_last_file_is_stopped_as_well(tmp_path, out) -> None:
    content = gzip.compress(gzip.decompress(whole()) + bytes(40 << 20))
    with pytest.raises(RefusedError, match="far more than it should"):
        unpack(archive(tmp_path, content), out, SMALL)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no gzip archive"),
        (b"<!DOCTYPE html><html>Maintenance</html>", "no gzip archive"),
        (b"PK\x03\x04" + bytes(100), "no gzip archive"),
        (gzip.compress(b"no archive at all"), "damaged or not whole"),
        (gzip.compress(b""), "damaged or not whole"),
        (whole()[:-8] + bytes(8), "damaged or not whole"),
        (whole()[:100], "damaged or not whole"),
        (b"\x1f\x8b" + bytes(50), "damaged or not whole"),
    ],
    ids=["empty", "page", "zip", "no archive", "nothing", "wrong sum", "short", "zeros"],
)
def test_what_is_no_whole_archive_may_be_one_another_day(tmp_path, out, content, sentence) -> None:
    with pytest.raises(TransientError, match=sentence):
        unpack(archive(tmp_path, content), out, SMALL)


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_an_archive_that_is_cut_anywhere_is_not_taken_for_whole(tmp_path, out, cut) -> None:
    content = whole()
    with pytest.raises(TransientError):
        unpack(archive(tmp_path, content[: len(content) - cut]), out, SMALL)


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_ends_in_one_of_our_errors_or_in_the_files(tmp_path, data) -> None:
    content = bytearray(gzip.decompress(whole()))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path / "fuzz"
    folder.mkdir(exist_ok=True)
    try:
        unpacked = unpack(archive(tmp_path, gzip.compress(bytes(content))), folder, SMALL)
    except StepError:
        return
    assert unpacked.files.keys() >= FILES.keys()
    assert names(folder) <= {DOCUMENTS, TYPES, ESTABLISHMENTS}
