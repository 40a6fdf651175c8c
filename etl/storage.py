"""Buckets and folders: where datasets lie, and how a set of files appears there as a whole.

A set is written aside, then a manifest names it: from that moment (the commit point) the set is published,
and whoever comes next finishes moving it into place. A process killed before leaves what was there, killed
after leaves a set that `finish_pending` completes. Folders and object stores follow the same protocol.
"""

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

from upath import UPath

from etl.settings import Settings
from etl.stores import FolderStore, ObjectStore, Store, pending_name

AnyPath = UPath | Path

MANIFEST = "manifest.json"
LOCAL_PROTOCOLS = {"", "file", "local"}
READ_BYTES = 1 << 20


def bucket(settings: Settings, name: Literal["misc", "ap", "am"]) -> UPath:
    """Return the root of a bucket for use without Airflow: a folder, or `s3://…` with the S3_* settings."""
    url = settings.bucket_url(name)
    if not url.startswith("s3://"):
        return UPath(url)
    parts = urlsplit(url)
    key, secret = settings.s3_access_key_id, settings.s3_secret_access_key
    return UPath(
        f"s3://{parts.netloc.rpartition('@')[2]}{parts.path}",
        key=key.get_secret_value() if key else None,
        secret=secret.get_secret_value() if secret else None,
        client_kwargs={"endpoint_url": settings.s3_endpoint_url, "region_name": settings.s3_region},
        config_kwargs={"s3": {"addressing_style": "path"}},
    )


def publish(folder: AnyPath, files: Mapping[str, Path]) -> None:
    """Publish local files under their keys (relative to the folder), all of them together or none.

    Raises:
        OSError: a file cannot be written; what was published before is untouched.
    """
    finish_pending(folder)
    store = _store_of(folder)
    name = pending_name(secrets.token_hex(4))
    with store.held(name):
        try:
            for key, source in files.items():
                store.put(source, f"{name}/{key}")
            store.write(f"{name}/{MANIFEST}", json.dumps({"keys": sorted(files)}).encode())
        except BaseException:
            with suppress(OSError):
                store.remove_all(name)
            raise
        _roll_forward(store, name)


def finish_pending(folder: AnyPath) -> None:
    """Complete the committed sets of a folder, remove those given up; writers and readers call it first."""
    store = _store_of(folder)
    for name in store.pending_names():
        if store.exists(f"{name}/{MANIFEST}"):
            _roll_forward(store, name)
        elif store.is_given_up(name):
            store.remove_all(name)


def changed_keys(folder: AnyPath, files: Mapping[str, Path]) -> list[str]:
    """Return the keys whose published bytes are absent or differ from those of the local file."""
    return [key for key, source in files.items() if _sha256_or_none(folder / key) != sha256_of(source)]


def sha256_of(path: AnyPath) -> str:
    """Return the SHA-256 of a file in hexadecimal, read in pieces.

    Raises:
        FileNotFoundError: there is no such file.
    """
    digest = hashlib.sha256()
    with path.open("rb") as stream:
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
        yield local
        return
    copy = workspace / f"{secrets.token_hex(4)}-{path.name}"
    with path.open("rb") as source, copy.open("wb") as target:
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


def _roll_forward(store: Store, name: str) -> None:
    """Move a committed set into place; several processes may do it at the same time."""
    try:
        keys = json.loads(store.read(f"{name}/{MANIFEST}"))["keys"]
    except FileNotFoundError:
        return
    for key in keys:
        store.move(f"{name}/{key}", key)
    store.remove(f"{name}/{MANIFEST}")
    store.remove_all(name)


def _sha256_or_none(path: AnyPath) -> str | None:
    try:
        return sha256_of(path)
    except FileNotFoundError:
        return None
