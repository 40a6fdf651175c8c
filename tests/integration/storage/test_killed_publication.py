"""A publisher killed at any moment: the old set stays in service or the new one is completed, never a mix."""

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from upath import UPath

from etl import storage, stores
from etl.settings import ROOT, Settings
from tests.s3.endpoint import Endpoint

KEYS = ("installations_all.csv", "private/report.json")
SCRIPT = Path(__file__).with_name("killed_publisher.py")
MOST_MOMENTS = {"folder": 60, "store": 20}


def write_set(folder: Path, name: str) -> dict[str, Path]:
    for key in KEYS:
        (folder / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / key).write_text(name, encoding="utf-8")
    return {key: folder / key for key in KEYS}


def in_service(root: Path | UPath) -> str:
    """The name of the published set, `mixed` where the files are of several."""
    names = {(root / key).read_text(encoding="utf-8") for key in KEYS}
    return names.pop() if len(names) == 1 else "mixed"


def is_clean(root: Path | UPath) -> bool:
    return sorted(path.name for path in root.rglob("*") if path.is_file()) == sorted(
        Path(key).name for key in KEYS
    )


def publish_and_kill(place: str, buckets: list[str], new: Path, environment: dict[str, str]) -> list[str]:
    """Run the publisher once for each moment of its life and return the names of the moments."""
    command = [sys.executable, str(SCRIPT), place, str(new)]
    done = subprocess.run(
        command,
        input="\n".join(buckets),
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def nothing_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An object store gives up an uncommitted set at once."""
    monkeypatch.setattr(stores, "GIVEN_UP_AFTER", timedelta(seconds=-1))
    return


def check_recovery(roots: list[Path | UPath], again: dict[str, Path]) -> list[str]:
    """Let a reader, then a writer, come after each kill; return what was in service after the reader came."""
    seen = []
    for root in roots:
        storage.finish_pending(root)
        seen.append(in_service(root))
        assert is_clean(root)
        storage.publish(root, again)
        assert in_service(root) == "again"
        assert is_clean(root)
    return seen


def test_a_folder_survives_a_kill_at_every_moment(tmp_path) -> None:
    write_set(tmp_path / "new", "new")
    roots = [tmp_path / f"bucket-{number}" for number in range(MOST_MOMENTS["folder"])]
    for root in roots:
        write_set(root, "old")
    moments = publish_and_kill("folder", [str(root) for root in roots], tmp_path / "new", {})
    seen = check_recovery(list(roots[1 : len(moments) + 1]), write_set(tmp_path / "again", "again"))
    assert_one_turn(seen)
    assert len(moments) > 20


@pytest.mark.s3
@pytest.mark.airflow
def test_a_bucket_survives_a_kill_at_every_moment(
    object_store: Endpoint, tmp_path, nothing_is_waited_for, bucket_of_airflow: Callable[[str], UPath]
) -> None:
    # One bucket, a folder of it for each moment: making a bucket takes longer.
    name, client = object_store.new_bucket(), object_store.client()
    folders = [f"{name}/{number}" for number in range(MOST_MOMENTS["store"])]
    for number, key in itertools.product(range(MOST_MOMENTS["store"]), KEYS):
        client.put_object(Bucket=name, Key=f"{number}/{key}", Body=b"old")
    write_set(tmp_path / "new", "new")
    fields = object_store.settings()
    moments = publish_and_kill(
        "store",
        [f"s3://{folder}" for folder in folders],
        tmp_path / "new",
        {field.upper(): value for field, value in fields.items()},
    )
    # Every second one recovers through Airflow's connection: whoever comes next may be a task.
    roots = [
        bucket_of_airflow(folder)
        if number % 2
        else storage.bucket(Settings(_env_file=None, misc_bucket=f"s3://{folder}", **fields), "misc")
        for number, folder in enumerate(folders[1 : len(moments) + 1])
    ]
    seen = check_recovery(roots, write_set(tmp_path / "again", "again"))
    assert_one_turn(seen)
    assert seen.index("new") == moments.index("write") + 1


def assert_one_turn(seen: list[str]) -> None:
    """Killed early: the old set; from one moment on: the new one."""
    turn = seen.index("new")
    assert set(seen[:turn]) == {"old"}
    assert set(seen[turn:]) == {"new"}
