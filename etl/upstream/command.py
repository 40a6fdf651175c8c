"""`python -m etl watch-orders`: recorded in `dataset_runs`; the DAG's next run tells Slack what changed."""

from datetime import UTC, datetime

from etl.legifrance import Legifrance, Source
from etl.reports import Report
from etl.settings import Settings
from etl.sync.command import recorded_session
from etl.sync.transaction import Progress
from etl.upstream.announcing import comparison_url
from etl.upstream.watch import RUN, Pace, watch_orders


def run_watch(settings: Settings, progress: Progress) -> tuple[Report, list[str]]:
    """Compare the published orders with Légifrance; return the report, and a page for each that changed.

    Raises:
        SettingsError: Légifrance is not configured, or does not take our keys.
        TransientError, RefusedError: as `watch_orders`; nothing was written.
        StepError: the database has no tables.
    """
    source = Legifrance(Source.from_settings(settings))
    pace = Pace(settings.legifrance_pause_seconds)
    with recorded_session(settings, RUN) as connection:
        report = watch_orders(connection, source, pace, datetime.now(UTC).date(), progress)
    return report, [comparison_url(settings, cid) for cid in report.details["changed"]]
