"""The project's own Postgres as part of a run: started, watched, stopped last."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import psycopg2
from sqlalchemy.engine import URL, make_url

from etl.cluster import cluster_dir, cluster_url, running_port, start_cluster, stop_cluster
from etl.database import read_statement
from etl.settings import Settings
from launcher.console import LaunchError, progress
from launcher.stopping import Stopping
from launcher.supervision import end_of


@contextmanager
def local_database(settings: Settings, stopping: Stopping) -> Iterator[Callable[[], None]]:
    """Start the cluster and stop it at the end; gives a function that raises where it has died.

    One that a killed run left behind is taken over.

    Raises:
        LaunchError: another command of the project is using the cluster.
    """
    refuse_used_cluster(settings)
    try:
        with progress(f"Starting Postgres{elsewhere(settings)}"), stopping.held():
            if running_port(cluster_dir(settings)) is None:
                start_cluster(settings)
        yield lambda: check_database(settings)
    finally:
        stopping.is_over = True
        stop_cluster(settings)


def elsewhere(settings: Settings) -> str:
    """Return where the cluster is when it is not in the folder of the run; empty when it is."""
    folder = cluster_dir(settings)
    return "" if folder.is_relative_to(settings.run_dir) else f" in {folder}"


def refuse_used_cluster(settings: Settings) -> None:
    """Raise where someone is connected to the cluster, which then is not a leftover.

    Raises:
        LaunchError: the sentence says what to do.
    """
    if running_port(cluster_dir(settings)) is None:
        return
    connection = psycopg2.connect(cluster_url(settings), connect_timeout=10)
    try:
        with connection.cursor() as cursor:
            cursor.execute(read_statement("runs/count_other_connections.sql"))
            row = cursor.fetchone()
    finally:
        connection.close()
    if row and row[0]:
        raise LaunchError(
            f"Another command of the project is using its database in {cluster_dir(settings)} "
            f"({row[0]} connections). Wait for its end, or set RUN_DIR to another folder."
        )


def check_database(settings: Settings) -> None:
    """Raise where the server has died.

    Raises:
        LaunchError: the sentence holds the end of its log.
    """
    folder = cluster_dir(settings)
    process_file = folder / "data" / "postmaster.pid"
    if not process_file.exists() or not psutil.pid_exists(int(process_file.read_text("ascii").split()[0])):
        raise LaunchError(f"Postgres has died, so the whole run stops. {end_of(folder / 'postgres.log')}")


def metadata_url(settings: Settings) -> URL:
    """Return the address of Airflow's own database in the cluster."""
    return make_url(cluster_url(settings)).set(drivername="postgresql+psycopg2", database="airflow")
