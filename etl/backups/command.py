"""Backup and restore as steps: with the settings, a report, and the places of this project."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import URL
from upath import UPath

from etl.backups.making import make_backup
from etl.backups.proving import prove_backup
from etl.backups.restoring import Restored, restore
from etl.backups.shelf import Backup, new_key, newest_key, rotate
from etl.cluster import running_cluster
from etl.database import Role, database_url, normalise_url
from etl.errors import RefusedError
from etl.reports import Report
from etl.settings import Settings
from etl.storage import AnyPath, bucket
from etl.sync.transaction import Progress

RUN = ("backup_database", "database")


def maker_url(settings: Settings) -> URL:
    """Return the address of the login that makes scratch databases: that of backups, else the owner."""
    own = settings.backup_database_url is not None
    return database_url(settings, Role.BACKUP if own else Role.OWNER)


def dump_to_bucket(settings: Settings) -> Backup:
    """Make a backup in the bucket of backups, under the time of now.

    Raises:
        StepError: as `make_backup`.
    """
    key = new_key(datetime.now(UTC))
    return make_backup(database_url(settings, Role.BACKUP), bucket(settings, "backup"), key)


def prove_newest(settings: Settings, started_at: datetime | None, expected: str | None = None) -> Report:
    """Restore the newest backup of the bucket into a scratch database, compare, and report.

    Args:
        settings: where the bucket and the server are.
        started_at: when the run began; now if not given.
        expected: the key that was just written, where one was.

    Raises:
        RefusedError: it cannot be restored, or restores to something else; or the newest in the bucket is
            older than what was just written: the bucket forgets.
    """
    started_at = started_at or datetime.now(UTC)
    folder = bucket(settings, "backup")
    key = newest_key(folder)
    if expected is not None and key < expected:
        raise RefusedError(f"The backup {expected} was written, but the newest in {folder} is {key}.")
    return report_of(prove_backup(maker_url(settings), folder, key), started_at)


def rotate_bucket(settings: Settings) -> list[str]:
    """Remove from the bucket what is kept no longer; return the keys."""
    return rotate(bucket(settings, "backup"), datetime.now(UTC))


def report_of(backup: Backup, started_at: datetime) -> Report:
    """Return the report of a backup that was made and proved."""
    step, dataset = RUN
    now = datetime.now(UTC)
    rows = backup.inventory.rows
    megabytes = backup.size / 1_000_000
    return Report(
        step=step,
        dataset=dataset,
        outcome="done",
        started_at=started_at,
        finished_at=now,
        message=(
            f"{len(backup.inventory.tables)} tables with {rows} rows saved in {megabytes:.1f} MB, restored "
            "and found equal."
        ),
        rows_in=rows,
        rows_out=rows,
        files=[{"key": backup.key, "sha256": backup.sha256, "bytes": backup.size, "rows": rows}],
        details={
            "made_at": backup.made_at.isoformat(),
            "revision": backup.inventory.revision,
            "tables": len(backup.inventory.tables),
        },
    )


def run_backup(settings: Settings, output: Path | None, progress: Progress) -> Report:
    """Make a backup, prove it, and remove old ones; into a file of one's own nothing is removed.

    Raises:
        RefusedError: the file is there already, or the backup does not restore to what was saved.
        StepError: as `make_backup`.
    """
    started_at = datetime.now(UTC)
    progress("dumping")
    if output is None:
        dump_to_bucket(settings)
        progress("restoring into a scratch database")
        report = prove_newest(settings, started_at)
        rotate_bucket(settings)
        return report
    output = output.absolute()
    if output.exists():
        raise RefusedError(f"{output} is there already: give another name.")
    folder = UPath(output.parent)
    make_backup(database_url(settings, Role.BACKUP), folder, output.name)
    progress("restoring into a scratch database")
    return report_of(prove_backup(maker_url(settings), folder, output.name), started_at)


def run_restore(
    settings: Settings, *, file: Path | None, key: str | None, into: str | None, progress: Progress
) -> Restored:
    """Put a backup into service: of a file, of a key of the bucket, or the newest of the bucket.

    Raises:
        RefusedError: the backup cannot be used; nothing was changed.
        StepError: as `restore`.
    """
    folder, found = _place(settings, file, key)
    if into is not None:
        return restore(settings, normalise_url(into, settings), folder, found, progress)
    with running_cluster(settings):
        return restore(settings, database_url(settings, Role.OWNER), folder, found, progress)


def _place(settings: Settings, file: Path | None, key: str | None) -> tuple[AnyPath, str]:
    if file is not None:
        return UPath(file.absolute().parent), file.name
    folder = bucket(settings, "backup")
    return folder, key or newest_key(folder)
