"""Sets of files appear whole, in a folder and in a bucket, whatever dies on the way."""

import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from upath import UPath

from etl import storage
from etl.errors import RefusedError

KEYS = ("installations_all.csv", "classements_all.csv", "private/report.json")


@pytest.fixture
def write_set(tmp_path: Path) -> Callable[[str], dict[str, Path]]:
    """A function that writes the files of a set, each saying which set it is of."""

    def write(name: str) -> dict[str, Path]:
        folder = tmp_path / f"set-{name}-{secrets.token_hex(4)}"
        files = {key: folder / key for key in KEYS}
        for key, path in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{name} {key}", encoding="utf-8")
        return files

    return write


def published(root: Path | UPath) -> dict[str, str]:
    """Everything below a bucket, what is pending included."""
    start = str(root).rstrip("/") + "/"
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(path).removeprefix(start): path.read_text(encoding="utf-8") for path in files}


def whole(name: str) -> dict[str, str]:
    return {key: f"{name} {key}" for key in KEYS}


def test_a_set_appears_whole_and_leaves_nothing_behind(root, write_set) -> None:
    storage.publish(root, write_set("first"))
    assert published(root) == whole("first")


def test_a_new_set_replaces_the_old_one_and_nothing_else(root, write_set, tmp_path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("other", encoding="utf-8")
    storage.publish(root, {"aps_all.csv": other})
    storage.publish(root, write_set("first"))
    storage.publish(root, write_set("second"))
    assert published(root) == {**whole("second"), "aps_all.csv": "other"}


def test_a_set_that_cannot_be_written_leaves_the_old_one(root, write_set) -> None:
    storage.publish(root, write_set("first"))
    files = write_set("second")
    files[KEYS[-1]].unlink()
    with pytest.raises(FileNotFoundError):
        storage.publish(root, files)
    assert published(root) == whole("first")


def test_a_bucket_where_nothing_was_ever_published_is_in_order(root) -> None:
    storage.finish_pending(root)
    storage.finish_pending(root / "not-there")
    assert published(root) == {}


def test_checksums_and_copies_are_those_of_the_bytes(root, tmp_path) -> None:
    content = secrets.token_bytes(3 * storage.READ_BYTES + 17)
    source = tmp_path / "scan.pdf"
    source.write_bytes(content)
    storage.publish(root, {"a/scan.pdf": source})
    assert storage.sha256_of(root / "a/scan.pdf") == hashlib.sha256(content).hexdigest()
    with storage.local_copy(root / "a/scan.pdf", tmp_path) as copy:
        assert copy.read_bytes() == content
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".pdf"] == ["scan.pdf"]


def test_a_missing_file_is_said_to_be_missing(root, tmp_path) -> None:
    with pytest.raises(FileNotFoundError):
        storage.sha256_of(root / "nothing.csv")
    with pytest.raises(FileNotFoundError), storage.local_copy(root / "nothing.csv", tmp_path):
        pass


def test_changed_keys_are_those_absent_or_different(root, write_set) -> None:
    files = write_set("first")
    checksums = {key: storage.sha256_of(path) for key, path in files.items()}
    assert storage.changed_keys(root, checksums) == list(KEYS)
    storage.publish(root, files)
    assert storage.changed_keys(root, checksums) == []
    assert storage.changed_keys(root, {**checksums, KEYS[1]: "0" * 64}) == [KEYS[1]]


@pytest.mark.parametrize(
    "key",
    [
        "../x.csv",
        "a/../../x.csv",
        "/etc/passwd",
        "a//b",
        "",
        ".",
        "./x",
        "a/",
        "s3://other/x",
        "a\\b",
        "a\0b",
    ],
)
def test_a_key_never_leaves_its_bucket(root, key, write_set) -> None:
    with pytest.raises(RefusedError, match="is not the key of a file in the bucket"):
        storage.inside(root, key)
    with pytest.raises(RefusedError):
        storage.publish(root, {key: write_set("first")[KEYS[0]]})
    assert published(root) == {}


def test_a_plain_key_stays_where_it_is(root, tmp_path) -> None:
    source = tmp_path / "source"
    source.write_text("content", encoding="utf-8")
    storage.publish(root, {"private/input/été 1.csv": source})
    assert storage.inside(root, "private/input/été 1.csv").read_text(encoding="utf-8") == "content"


def test_a_manifest_that_points_outside_moves_nothing(root, tmp_path) -> None:
    pending = root / ".pending-20260101T000000-abcd"
    pending.mkdir(parents=True, exist_ok=True)
    (pending / "x").write_text("stolen", encoding="utf-8")
    (pending / storage.MANIFEST).write_text('{"keys": ["../../x"]}', encoding="utf-8")
    with pytest.raises(RefusedError):
        storage.finish_pending(root)
    assert not (tmp_path.parent / "x").exists()
