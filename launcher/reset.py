"""`make reset`: the local database, buckets, logs and secrets of `make run` are forgotten."""

import shutil

from etl.cluster import cluster_dir, stop_cluster
from etl.settings import Settings
from launcher.run import one_run

MADE_BY_RUNS = (
    "airflow",
    "buckets",
    "logs",
    "postgres",
    "processes",
    "static",
    "site-secret-key",
    "loaded.json",
)


def reset(settings: Settings) -> None:
    """Remove what local runs made in RUN_DIR, and nothing else that lies there.

    Raises:
        LaunchError: a run is going on.
    """
    run_dir = settings.run_dir.absolute()
    if not run_dir.exists():
        return
    with one_run(run_dir):
        stop_cluster(settings)
        for path in (cluster_dir(settings), *(run_dir / name for name in MADE_BY_RUNS)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        print(f"Removed what local runs had made in {run_dir}.")
