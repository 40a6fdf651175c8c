"""Buckets and folders: where datasets lie, and how a set of files appears there as a whole.

A set is written aside, then a manifest names it: from that moment (the commit point) the set is published,
and whoever comes next finishes moving it into place. A process killed before leaves what was there, killed
after leaves a set that `finish_pending` completes. Folders and object stores follow the same protocol.
"""

import errno
import hashlib
import json
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import deepcopy
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import urlsplit

from upath import UPath

from etl.errors import RefusedError, SettingsError
from etl.settings import BucketName, Settings
from etl.store_errors import explained_folder, explained_object_store, is_missing_bucket
from etl.stores import FolderStore, ObjectStore, Store, pending_name

AnyPath = UPath | Path

MANIFEST = "manifest.json"
LOCAL_PROTOCOLS = {"", "file", "local"}
READ_BYTES = 1 << 20
# A store that hangs is given up after five tries (s3fs) of this length; the limit is on silence, not on size.
REQUESTS = {"connect_timeout": 5, "read_timeout": 20, "retries": {"total_max_attempts": 1}}


def bucket(settings: Settings, name: BucketName) -> UPath:
    """Return the root of a bucket for use without Airflow: a folder, or `s3://…` with the S3_* settings.

    Raises:
        SettingsError: the address is neither of a folder nor of a bucket.
    """
    url = settings.bucket_url(name)
    scheme, separator, _ = url.partition("://")
    if not separator or scheme == "file":
        return UPath(url)
    # The name of an Airflow connection (`s3://aws_default@…`) means nothing here.
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if scheme != "s3" or not host:
        raise SettingsError(
            f"{name.upper()}_BUCKET must be a folder, file:///… or s3://<bucket>, not {url!r}."
        )
    store = settings.object_store(name)
    return UPath(
        f"s3://{host}{parts.path}",
        key=store.key.get_secret_value() if store.key else None,
        secret=store.secret.get_secret_value() if store.secret else None,
        client_kwargs={"endpoint_url": store.endpoint_url, "region_name": store.region},
        # A copy: botocore writes into what it is given.
        config_kwargs={"s3": {"addressing_style": "path"}, **deepcopy(REQUESTS)},
    )


def inside(folder: AnyPath, key: str) -> AnyPath:
    """Return the path of a key of a bucket.

    Raises:
        RefusedError: the key could leave the folder (`..`, a leading `/`, another address).
    """
    parts = key.split("/")
    if "\\" in key or "\0" in key or any(part in {"", ".", ".."} or part.endswith(":") for part in parts):
        raise RefusedError(
            f"{key!r} is not the key of a file in the bucket: give a plain path such as a/b.csv."
        )
    return folder / key


def publish(folder: AnyPath, files: Mapping[str, Path]) -> None:
    """Publish local files under their keys (relative to the folder), all of them together or none.

    Of two publications at the same time in a folder, one follows the other. An object store has no locks:
    there, one writer at a time is the caller's part, and readers compare checksums.

    Raises:
        SettingsError: the bucket is missing, or its keys are refused.
        TransientError: the object store does not answer.
        OSError: a file cannot be written; what was published before is untouched.
    """
    for key in files:
        inside(folder, key)
    finish_pending(folder)
    store = _store_of(folder)
    name = pending_name(secrets.token_hex(4))
    with explained(folder), store.held(name):
        try:
            for key, source in files.items():
                store.put(source, f"{name}/{key}")
            store.write(f"{name}/{MANIFEST}", json.dumps({"keys": sorted(files)}).encode())
        except BaseException:
            with suppress(OSError):
                store.remove_all(name)
            raise
        _finish(store, {name})


def put_file(folder: AnyPath, key: str, source: Path) -> None:
    """Put one local file under a key, where it appears whole.

    Raises:
        RefusedError, SettingsError, TransientError, OSError: as `publish`.
    """
    inside(folder, key)
    with explained(folder):
        _store_of(folder).put_whole(source, key)


def put_bytes(folder: AnyPath, key: str, content: bytes) -> None:
    """Put one small file under a key, where it appears whole.

    Raises:
        RefusedError, SettingsError, TransientError, OSError: as `publish`.
    """
    inside(folder, key)
    with explained(folder):
        _store_of(folder).write(key, content)


@contextmanager
def streamed(folder: AnyPath, key: str) -> Iterator[BinaryIO]:
    """Give a stream to write one large file under a key: it appears whole at the end, or not at all.

    On an object store it goes in parts while it is written: neither memory nor disk holds all of it.

    Raises:
        RefusedError, SettingsError, TransientError, OSError: as `publish`.
    """
    inside(folder, key)
    with explained(folder), _store_of(folder).stream(key) as stream:
        yield stream


def read_bytes(folder: AnyPath, key: str) -> bytes | None:
    """Return the content of a small file, None where there is none.

    Raises:
        SettingsError, TransientError: as `explained`.
    """
    with explained(folder):
        try:
            return _store_of(folder).read(key)
        except FileNotFoundError as error:
            if is_missing_bucket(error):
                raise
            return None


def list_keys(folder: AnyPath, below: str = "") -> list[str]:
    """Return the keys of all files of a bucket, or of those below one of its folders, in no order.

    Raises:
        SettingsError, TransientError: as `explained`.
    """
    with explained(folder):
        return _store_of(folder).keys(below)


def remove_file(folder: AnyPath, key: str) -> None:
    """Remove one file, present or not.

    Raises:
        SettingsError, TransientError: as `explained`.
    """
    with explained(folder):
        _store_of(folder).remove(key)


def finish_pending(folder: AnyPath) -> None:
    """Complete the committed sets of a folder, remove those given up; writers and readers call it first.

    Raises:
        SettingsError: the bucket is missing, or its keys are refused.
        TransientError: the object store does not answer.
    """
    with explained(folder):
        _finish(_store_of(folder), set())


@contextmanager
def explained(path: AnyPath) -> Iterator[None]:
    """Say what a folder or an object store refuses in the errors of the steps; for what opens paths directly.

    Raises:
        SettingsError: the bucket is missing, or its keys are refused.
        TransientError: the object store does not answer.
        FileNotFoundError: there is no such file.
    """
    local = _local_path(path)
    with explained_folder(local) if local is not None else explained_object_store(str(path)):
        yield


def present(path: AnyPath) -> AnyPath | None:
    """Return the path where a published file lies there, None where none does.

    Raises:
        SettingsError, TransientError: as `explained`.
    """
    finish_pending(path.parent)
    with explained(path):
        return path if path.exists() else None


def changed_keys(folder: AnyPath, checksums: Mapping[str, str]) -> list[str]:
    """Return the keys whose published file is absent or has another SHA-256 than the given one."""
    return [key for key, sha256 in checksums.items() if _sha256_or_none(folder / key) != sha256]


def sha256_of(path: AnyPath) -> str:
    """Return the SHA-256 of a file in hexadecimal, read in pieces.

    Raises:
        FileNotFoundError: there is no such file.
    """
    digest = hashlib.sha256()
    with explained(path), path.open("rb") as stream:
        while piece := stream.read(READ_BYTES):
            digest.update(piece)
    return digest.hexdigest()


@contextmanager
def local_copy(path: AnyPath, workspace: Path) -> Iterator[Path]:
    """Give a file of any folder or bucket as one of this machine: itself, or a copy that goes at the end.

    Raises:
        FileNotFoundError: there is no such file.
    """
    local = _local_path(path)
    if local is not None:
        if not local.is_file():
            raise FileNotFoundError(errno.ENOENT, "there is no such file", str(local))
        yield local
        return
    copy = workspace / f"{secrets.token_hex(4)}-{path.name}"
    with explained(path), path.open("rb") as source, copy.open("wb") as target:
        shutil.copyfileobj(source, target, READ_BYTES)
    try:
        yield copy
    finally:
        copy.unlink()


def _store_of(folder: AnyPath) -> Store:
    local = _local_path(folder)
    if local is not None:
        return FolderStore(local)
    remote = cast("UPath", folder)
    return ObjectStore(remote.fs, remote.path.rstrip("/"))


def _local_path(path: AnyPath) -> Path | None:
    protocol = getattr(path, "protocol", "")
    if protocol not in LOCAL_PROTOCOLS:
        return None
    return Path(getattr(path, "path", str(path)))


def _finish(store: Store, own: set[str]) -> None:
    """Move the committed sets into place, oldest first; a listing may not show one's own set yet."""
    if not own and not store.pending_names():
        return
    with store.alone():
        for name in sorted({*store.pending_names(), *own}):
            if store.exists(f"{name}/{MANIFEST}"):
                _roll_forward(store, name)
            elif store.is_given_up(name):
                store.remove_all(name)


def _roll_forward(store: Store, name: str) -> None:
    """Move a committed set into place; on an object store, several processes may do it at the same time."""
    try:
        keys = json.loads(store.read(f"{name}/{MANIFEST}"))["keys"]
    except FileNotFoundError:
        return
    for key in keys:
        inside(Path(name), key)
        store.move(f"{name}/{key}", key)
    store.remove(f"{name}/{MANIFEST}")
    store.remove_all(name)


def _sha256_or_none(path: AnyPath) -> str | None:
    try:
        return sha256_of(path)
    except FileNotFoundError:
        return None
