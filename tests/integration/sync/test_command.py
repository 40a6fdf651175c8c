"""`python -m etl migrate` and `sync-icpe` as a person runs them: exit codes and sentences."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.aps.statuses import status_key
from etl.cluster import cluster_dir, running_cluster, running_port
from etl.database import Role, connect
from etl.settings import ROOT, Settings
from tests.aps import made_aps, write_aps, write_list, write_orders
from tests.icpe_files import classement, installation, write_files

pytestmark = pytest.mark.postgres

SITES = range(1, 41)


def etl(settings: Settings, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command with the variables of these settings."""
    variables = {"RUN_DIR": str(settings.run_dir), "POSTGRES_PORT": "0"}
    if settings.database_url is not None:
        variables["DATABASE_URL"] = settings.database_url.get_secret_value()
    return subprocess.run(
        [sys.executable, "-m", "etl", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **variables},
        text=True,
        capture_output=True,
        timeout=120,
        check=False,
    )


def write_sites(folder: Path, numbers: range, dataset: str = "all") -> Path:
    return write_files(folder, map(installation, numbers), map(classement, numbers), dataset)


def runs(connection: Connection) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT outcome, message FROM dataset_runs ORDER BY id")
        found: list[tuple[str, str]] = cursor.fetchall()
    connection.rollback()
    return found


def test_migrate_then_sync_twice(new_database: Callable[..., Settings], tmp_path: Path) -> None:
    settings = new_database(empty=True)
    folder = write_sites(tmp_path / "files", SITES)
    first, second = etl(settings, "migrate"), etl(settings, "migrate")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert first.stdout.startswith("Tables: version none →")
    assert second.stdout.startswith("Tables: version 0")
    done, again = (etl(settings, "sync-icpe", "--input", folder) for _ in range(2))
    assert (done.returncode, again.returncode) == (0, 0), done.stderr
    assert "installations: 40 created, 0 unchanged" in done.stdout
    assert again.stdout.startswith("Nothing changed.")


def test_the_choice_of_the_dataset(settings: Settings, connection: Connection, tmp_path: Path) -> None:
    write_sites(tmp_path / "files", SITES)
    write_sites(tmp_path / "files", range(1, 4), "sample")
    assert etl(settings, "sync-icpe", "--input", tmp_path / "files", "--dataset", "sample").returncode == 0
    assert "installations: 3 created" in runs(connection)[0][1]


def test_deletions_are_approved_by_a_flag(settings: Settings, connection: Connection, tmp_path: Path) -> None:
    etl(settings, "sync-icpe", "--input", write_sites(tmp_path / "files", SITES))
    less = write_sites(tmp_path / "less", SITES[:-4])
    refused = etl(settings, "sync-icpe", "--input", less)
    assert refused.returncode == 1
    assert "4 of 40 installations (10.0%)" in refused.stderr
    assert "--approve-deletions" in refused.stderr
    approved = etl(settings, "sync-icpe", "--input", less, "--approve-deletions")
    assert approved.returncode == 0, approved.stderr
    assert [outcome for outcome, _ in runs(connection)] == ["done", "refused", "done"]


REFUSED = {
    "nothing there": (lambda folder: folder, "There is no installations_all.csv"),
    "a file in place of a folder": (
        lambda folder: write_sites(folder, SITES) / "installations_all.csv",
        "There is no installations_all.csv",
    ),
    "a rubrique 47": (
        lambda folder: write_files(folder, [installation(1)], [classement(1, "4718")]),
        "rubrique beginning with 47",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused_with_a_sentence(
    settings: Settings, connection: Connection, tmp_path: Path, case: str
) -> None:
    make, sentence = REFUSED[case]
    refused = etl(settings, "sync-icpe", "--input", make(tmp_path / "files"))
    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert [outcome for outcome, _ in runs(connection)] == ["refused"]


@pytest.mark.parametrize("lists", ["", "misc"])
def test_prefectoral_orders_of_a_folder_laid_out_as_the_buckets(
    settings: Settings, connection: Connection, owner: Connection, tmp_path: Path, lists: str
) -> None:
    """The folder is only read: what is deleted after thirty days lies in the bucket that the site serves."""
    orders = made_aps(40)
    folder = write_aps(tmp_path / "given", orders)
    if not lists:
        (folder / "misc/aps_all.csv").rename(folder / "aps_all.csv")
        (folder / "misc").rmdir()
    served = Path(settings.bucket_url("ap"))
    write_orders(served, orders)
    done = etl(settings, "sync-aps", "--input", folder)
    assert done.returncode == 0, done.stderr
    assert "prefectoral orders: 40 created" in done.stdout
    write_list(folder / lists, orders[:-4])
    refused = etl(settings, "sync-aps", "--input", folder)
    assert (refused.returncode, "--approve-deletions" in refused.stderr) == (1, True)
    assert etl(settings, "sync-aps", "--input", folder, "--approve-deletions").returncode == 0
    owner.cursor().execute("UPDATE aps SET withdrawn_at = withdrawn_at - interval '31 days'")
    owner.commit()
    last = etl(settings, "sync-aps", "--input", folder)
    assert "4 orders withdrawn more than 30 days ago deleted" in last.stdout
    gone = status_key(orders[-1].georisques_id)
    assert (folder / "ap" / gone).exists()
    assert not (served / gone).exists()
    assert [outcome for outcome, _ in runs(connection)] == ["done", "refused", "done", "done"]


@pytest.mark.parametrize("arguments", [[], ["--input"], ["--input", "x", "--dataset", "france"], ["--what"]])
def test_wrong_usage(settings: Settings, arguments: list[str]) -> None:
    assert etl(settings, "sync-icpe", *arguments).returncode == 2


def test_tables_that_are_not_there_yet(new_database: Callable[..., Settings], tmp_path: Path) -> None:
    refused = etl(new_database(empty=True), "sync-icpe", "--input", write_sites(tmp_path / "files", SITES))
    assert refused.returncode == 1
    assert "Run `python -m etl migrate` first" in refused.stderr


def test_a_server_that_is_not_there(cluster: Settings, tmp_path: Path) -> None:
    url = "postgresql://nobody:nothing@127.0.0.1:1/nowhere"
    settings = Settings(_env_file=None, run_dir=tmp_path, database_url=url)
    for command in (["migrate"], ["sync-icpe", "--input", tmp_path]):
        failed = etl(settings, *command)
        assert failed.returncode == 1
        assert failed.stderr.startswith("The database cannot be used")
        assert "Traceback" not in failed.stderr


def test_tables_of_a_newer_version(settings: Settings, owner: Connection) -> None:
    owner.cursor().execute("UPDATE alembic_version SET version_num = '9999'")
    owner.commit()
    failed = etl(settings, "migrate")
    assert failed.returncode == 1
    assert "another version of this program" in failed.stderr


def test_the_own_cluster_is_started_for_the_command_and_stopped_after(run_dir: Path, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, run_dir=run_dir / "own", postgres_port=0)
    assert etl(settings, "migrate").returncode == 0
    assert etl(settings, "sync-icpe", "--input", write_sites(tmp_path / "files", SITES)).returncode == 0
    assert running_port(cluster_dir(settings)) is None
    with running_cluster(settings), connect(settings, Role.ETL) as connection:
        assert [outcome for outcome, _ in runs(connection)] == ["done"]
