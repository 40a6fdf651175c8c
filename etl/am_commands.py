"""`python -m etl import-ams` and `export-ams`: recorded in `dataset_runs`."""

from pathlib import Path

from etl.am_export import RUN as EXPORT_RUN
from etl.am_export import export_to_bucket, export_to_file
from etl.am_import import RUN as IMPORT_RUN
from etl.am_import import import_ams
from etl.reports import Report, record_run
from etl.settings import Settings
from etl.storage import AnyPath, bucket
from etl.sync.command import recorded_session
from etl.sync.transaction import Progress


def run_import(settings: Settings, archive: AnyPath, *, replace: bool, progress: Progress) -> Report:
    """Fill the back-office from an archive.

    Raises:
        RefusedError: the archive cannot be accepted, or an order was edited and is not to be replaced.
        StepError: the database has no tables.
    """
    with recorded_session(settings, IMPORT_RUN) as connection:
        return import_ams(connection, archive, replace=replace, progress=progress)


def run_export(settings: Settings, output: Path | None, progress: Progress) -> Report:
    """Publish the orders in force into the bucket `am`, or write their archive to a file.

    Raises:
        RefusedError: an order in force cannot be published; nothing was written.
        StepError: the database has no tables, or the bucket cannot be used.
    """
    with recorded_session(settings, EXPORT_RUN) as connection:
        if output is not None:
            return export_to_file(connection, output, progress)
        report = export_to_bucket(connection, bucket(settings, "am"), progress)
        record_run(connection, report)
        connection.commit()
        return report
