"""The sync without Airflow: the same functions, with a flag where Airflow asks a person."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.cluster import running_cluster
from etl.database import Role, connect
from etl.errors import RefusedError, TransientError
from etl.reports import Report
from etl.settings import Settings
from etl.storage import AnyPath, bucket, sha256_of
from etl.sync.ams import RUN as AMS_RUN
from etl.sync.ams import apply_ams
from etl.sync.ap_files import delete_withdrawn_files
from etl.sync.ap_inputs import ap_checksums
from etl.sync.aps import RUN as APS_RUN
from etl.sync.aps import apply_aps
from etl.sync.comparison import ApprovalNeeded
from etl.sync.icpe import RUN as ICPE_RUN
from etl.sync.icpe import apply_icpe
from etl.sync.inputs import Dataset, checksums_of
from etl.sync.nomenclature import RUN as NOMENCLATURE_RUN
from etl.sync.nomenclature import sync_nomenclature
from etl.sync.transaction import Progress, record_trouble


def run(
    settings: Settings, folder: AnyPath, dataset: Dataset, *, approve_deletions: bool, progress: Progress
) -> Report:
    """Sync from a folder, into DATABASE_URL or the project's own cluster (started for it if it does not run).

    A refusal is recorded in `dataset_runs` as Airflow does.

    Raises:
        RefusedError: the files cannot be accepted, or too much would disappear and it was not approved.
        StepError: the database has no tables, or another sync does not end.
    """
    with recorded_session(settings, ICPE_RUN) as connection:
        approved = checksums_of(folder, dataset) if approve_deletions else None
        return apply_icpe(connection, folder, dataset, approved=approved, progress=progress)


def run_ams(
    settings: Settings,
    archive: AnyPath,
    nomenclature: AnyPath | None,
    *,
    approve_deletions: bool,
    progress: Progress,
) -> Report:
    """Sync the orders of an archive, and the nomenclature where one is given; as `run` otherwise."""
    with recorded_session(settings, AMS_RUN) as connection:
        approved = {archive.name: _checksum(archive)} if approve_deletions else None
        return apply_ams(connection, archive, nomenclature=nomenclature, approved=approved, progress=progress)


def run_aps(
    settings: Settings, folder: AnyPath, dataset: Dataset, *, approve_deletions: bool, progress: Progress
) -> Report:
    """Sync the prefectoral orders of a folder laid out as the buckets; as `run` otherwise.

    `aps_*.csv` lies in it or in its subfolder `misc`, the statuses (`<georisques_id>.json`) in its subfolder
    `ap`. The folder is only read: files of orders withdrawn long ago are deleted from AP_BUCKET, which the
    site serves.
    """
    lists = folder / "misc" if (folder / "misc").is_dir() else folder
    with recorded_session(settings, APS_RUN) as connection:
        approved = ap_checksums(lists, dataset) if approve_deletions else None
        report = apply_aps(connection, lists, folder / "ap", dataset, approved=approved, progress=progress)
        delete_withdrawn_files(connection, bucket(settings, "ap"), progress)
    return report


def run_nomenclature(settings: Settings, file: AnyPath) -> Report:
    """Sync the nomenclature; as `run` otherwise."""
    with recorded_session(settings, NOMENCLATURE_RUN) as connection:
        return sync_nomenclature(connection, file)


def _checksum(archive: AnyPath) -> str:
    """Return the SHA-256 of the archive, nothing where there is none: the sync says so itself."""
    try:
        return sha256_of(archive)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return ""


@contextmanager
def recorded_session(settings: Settings, run: tuple[str, str]) -> Iterator[Connection]:
    """Open a connection for a run (step, dataset) that records its own refusal."""
    with _reachable(settings), connect(settings, Role.ETL) as connection, _recorded(connection, run):
        try:
            yield connection
        except ApprovalNeeded as error:
            raise RefusedError(f"{error} If that is right, run it again with --approve-deletions.") from error


@contextmanager
def _reachable(settings: Settings) -> Iterator[None]:
    """Start the project's own cluster, unless an address for the steps is given."""
    if settings.etl_database_url is not None:
        yield
        return
    with running_cluster(settings):
        yield


@contextmanager
def _recorded(connection: Connection, run: tuple[str, str]) -> Iterator[None]:
    try:
        yield
    except RefusedError as error:
        cause = error.__cause__
        details = cause.comparison.to_values() if isinstance(cause, ApprovalNeeded) else None
        record_trouble(connection, run, "refused", str(error), details)
        raise
    except TransientError as error:
        record_trouble(connection, run, "failed", str(error))
        raise
