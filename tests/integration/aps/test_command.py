"""`python -m etl update-aps`: from the list of the source to `aps_*.csv`, killed and started again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.aps import index, shelf
from etl.settings import ROOT
from tests.aps_run import (
    begun_documents,
    order_pdf,
    publish_list,
    published_states,
    scanned_order,
    serve,
    transform_demo,
)
from tests.stand_ins.georisques import GeorisquesStandIn, georisques_id

Command = Callable[..., subprocess.CompletedProcess[str]]
ORDERS = 4


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the published installations of the demo."""
    folder = tmp_path_factory.mktemp("sites")
    transform_demo(folder)
    return folder


@pytest.fixture
def run_dir(tmp_path: Path, sites: Path) -> Path:
    """A working folder with its buckets."""
    for name in ("misc", "ap"):
        (tmp_path / "buckets" / name).mkdir(parents=True)
    (tmp_path / "buckets/misc/installations_all.csv").write_bytes(
        (sites / "installations_all.csv").read_bytes()
    )
    return tmp_path


@pytest.fixture
def environment(run_dir: Path, georisques: GeorisquesStandIn) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "RUN_DIR": str(run_dir), **georisques.variables()}


@pytest.fixture
def command(environment: dict[str, str]) -> Command:
    """A function that runs the command with some arguments."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "etl", "update-aps", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    return run


def states(run_dir: Path) -> list[str]:
    """Return the states of the published orders, sorted."""
    return sorted(published_states(run_dir / "buckets/misc").values())


def test_from_the_source_to_the_files(georisques: GeorisquesStandIn, run_dir: Path, command: Command) -> None:
    publish_list(georisques, run_dir / "buckets/misc", range(1, ORDERS + 1))
    serve(georisques, range(1, ORDERS + 1))
    first = command("--limit", "1")
    assert (first.returncode, first.stderr) == (0, "")
    assert "1 orders read (1 pages), 0 failed, 3 left for later runs; 4 new in the source" in first.stdout
    assert states(run_dir) == ["NOT_ATTEMPTED"] * 3 + ["SUCCESS"]
    asked = command("--ids", georisques_id(2), georisques_id(3))
    assert asked.returncode == 0
    assert states(run_dir).count("SUCCESS") in {2, 3}
    assert command().returncode == 0
    assert states(run_dir) == ["SUCCESS"] * ORDERS
    georisques.seen.clear()
    again = command()
    assert again.stdout.startswith("Nothing changed.")
    assert [seen.path for seen in georisques.seen] == [georisques.path_of("dump")]
    redone = command("--ids", georisques_id(1), "--redo")
    assert "1 orders read" in redone.stdout
    report = json.loads((run_dir / "buckets/misc/private/aps/report.json").read_text(encoding="utf-8"))
    assert (report["step"], report["dataset"], report["details"]["read"]) == ("update_aps", "aps", 1)


def test_too_many_failures_are_told_after_all_is_published(
    georisques: GeorisquesStandIn, run_dir: Path, command: Command
) -> None:
    publish_list(georisques, run_dir / "buckets/misc", range(1, ORDERS + 1))
    serve(georisques, (1, 2))
    failed = command()
    assert failed.returncode == 1
    assert failed.stderr.startswith("Failed: 2 of 4 orders failed (gone 2), more than 10%.")
    assert states(run_dir) == ["ERROR"] * 2 + ["SUCCESS"] * 2


def test_an_unknown_order_is_refused(georisques: GeorisquesStandIn, run_dir: Path, command: Command) -> None:
    publish_list(georisques, run_dir / "buckets/misc", range(1, 3))
    refused = command("--ids", georisques_id(9))
    assert refused.returncode == 1
    assert f"does not list {georisques_id(9)}" in refused.stderr


def test_without_a_source_the_variable_is_named(environment: dict[str, str], command: Command) -> None:
    environment["GEORISQUES_DUMP_URL"] = ""
    refused = command()
    assert refused.returncode == 1
    assert "GEORISQUES_DUMP_URL" in refused.stderr


def test_killed_in_the_middle_it_reads_only_what_remains(
    georisques: GeorisquesStandIn, run_dir: Path, environment: dict[str, str], command: Command
) -> None:
    """Orders that ended and pages that were read outlive `kill -9`."""
    publish_list(georisques, run_dir / "buckets/misc", range(1, 3))
    short, long = georisques_id(1), georisques_id(2)
    georisques.documents.update({short: order_pdf(1), long: scanned_order(2, pages=20)})
    bucket, pages = run_dir / "buckets/ap", run_dir / "aps/pages"
    process = subprocess.Popen(
        [sys.executable, "-m", "etl", "update-aps"], cwd=ROOT, env=environment, start_new_session=True
    )
    try:
        deadline = time.monotonic() + 90
        while shelf.usable_status(bucket, short) is None or not begun_documents(pages):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
    assert shelf.usable_status(bucket, long) is None
    assert not (run_dir / "buckets/misc/aps_all.csv").exists()
    ended = shelf.status_of(bucket, short)
    (begun,) = begun_documents(pages)
    witness = begun / "page-00001.json"
    values = json.loads(witness.read_text(encoding="utf-8"))
    witness.write_text(json.dumps({**values, "text": "not read again"}), encoding="utf-8")
    georisques.seen.clear()

    assert command().returncode == 0
    assert len(georisques.requests(short)) == 0
    assert shelf.status_of(bucket, short) == ended
    status = shelf.status_of(bucket, long)
    assert status is not None
    assert [page.text == "not read again" for page in status.pages] == [True] + [False] * 19
    assert states(run_dir) == ["SUCCESS"] * 2
    assert {entry.status for entry in index.load_index(bucket).values()} == {"SUCCESS"}
    assert not pages.exists() or not list(pages.iterdir())
