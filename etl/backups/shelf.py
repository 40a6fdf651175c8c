"""Where backups lie: a dump, and beside it a file that says what it must be.

A dump without that file is none: it is written last.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from etl.backups.inventory import Inventory
from etl.backups.rotation import kept
from etl.errors import RefusedError
from etl.storage import READ_BYTES, AnyPath, inside, list_keys, put_bytes, read_bytes, remove_file, sha256_of

FOLDER = "postgres"
KEY = re.compile(rf"{FOLDER}/(?P<stamp>\d{{8}}T\d{{6}}Z)\.dump(?P<note>\.json)?")
STAMP = "%Y%m%dT%H%M%SZ"
# Longer than any backup takes: a dump without its note is then given up.
GIVEN_UP_AFTER = timedelta(hours=12)

__all__ = ["READ_BYTES", "Backup", "new_key"]


@dataclass(frozen=True, slots=True)
class Backup:
    """What is known of a dump: its SHA-256 and size, what the database held, and when it was proved."""

    key: str
    made_at: datetime
    sha256: str
    size: int
    server_major: int
    inventory: Inventory
    verified_at: datetime | None = None

    def to_json(self) -> bytes:
        """Return the note that lies beside the dump."""
        values = asdict(self) | {"inventory": self.inventory.to_values()}
        return (json.dumps(values, ensure_ascii=False, indent=1, default=datetime.isoformat) + "\n").encode()

    @classmethod
    def from_values(cls, key: str, values: Mapping[str, Any]) -> Self:
        """Read a note; the key is where it was found.

        Raises:
            KeyError, TypeError, ValueError: it is not one.
        """
        verified_at = values["verified_at"]
        return cls(
            key=key,
            made_at=datetime.fromisoformat(values["made_at"]),
            sha256=str(values["sha256"]),
            size=int(values["size"]),
            server_major=int(values["server_major"]),
            inventory=Inventory.from_values(values["inventory"]),
            verified_at=datetime.fromisoformat(verified_at) if verified_at else None,
        )


def new_key(moment: datetime) -> str:
    """Return the key of a backup that begins now; keys sort by time."""
    return f"{FOLDER}/{moment.astimezone(UTC):{STAMP}}.dump"


def put_note(folder: AnyPath, backup: Backup) -> None:
    """Write the note beside a dump: from then on it is a backup."""
    put_bytes(folder, f"{backup.key}.json", backup.to_json())


def mark_verified(folder: AnyPath, backup: Backup) -> Backup:
    """Write that a backup was restored and found equal."""
    proved = replace(backup, verified_at=datetime.now(UTC))
    put_note(folder, proved)
    return proved


def read_backup(folder: AnyPath, key: str) -> Backup:
    """Return what is known of a dump.

    Raises:
        RefusedError: there is no such backup, or its note cannot be read.
    """
    inside(folder, key)
    note = read_bytes(folder, f"{key}.json")
    if note is None:
        raise RefusedError(
            f"There is no backup {key} in {folder}: a dump and the file {key}.json that says what it must be."
        )
    try:
        return Backup.from_values(key, json.loads(note))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RefusedError(f"{folder / key}.json does not describe a backup ({error}).") from None


def newest_key(folder: AnyPath) -> str:
    """Return the key of the newest backup.

    Raises:
        RefusedError: there is none.
    """
    noted = [found[0] for found in _listed(folder) if found["note"]]
    if not noted:
        raise RefusedError(f"There is no backup in {folder}/{FOLDER}. Make one with `python -m etl backup`.")
    return max(noted).removesuffix(".json")


def check_sum(folder: AnyPath, backup: Backup) -> None:
    """Read a dump once and compare its SHA-256 with the note's.

    Raises:
        RefusedError: it is not the dump that was made: damaged, cut short, replaced or gone.
    """
    path = folder / backup.key
    try:
        found = sha256_of(path)
    except FileNotFoundError:
        raise RefusedError(f"The dump {path} is gone; only its note is there.") from None
    if found != backup.sha256:
        raise RefusedError(
            f"The dump {path} is damaged: its SHA-256 is {found}, it must be {backup.sha256}. "
            "Take another backup with --key."
        )


def rotate(folder: AnyPath, now: datetime) -> list[str]:
    """Remove what is kept no longer and return the keys.

    Only backups that were proved count as days and weeks: those that were not push no good one out. They go
    when a newer one was proved. Dumps without a note go when nobody can be writing them any more.
    """
    listed = _listed(folder)
    noted = {found[0].removesuffix(".json") for found in listed if found["note"]}
    backups = [read_backup(folder, key) for key in sorted(noted)]
    proved = {backup.made_at for backup in backups if backup.verified_at}
    staying = kept(proved)
    gone = [
        backup.key
        for backup in backups
        if (backup.made_at not in staying if backup.verified_at else proved and backup.made_at < max(proved))
    ]
    gone += [
        found[0]
        for found in listed
        if not found["note"] and found[0] not in noted and now - _moment(found["stamp"]) > GIVEN_UP_AFTER
    ]
    for key in gone:
        remove_file(folder, f"{key}.json")
        remove_file(folder, key)
    return gone


def _listed(folder: AnyPath) -> list[re.Match[str]]:
    return [match for key in list_keys(folder, FOLDER) if (match := KEY.fullmatch(key))]


def _moment(stamp: str) -> datetime:
    return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
