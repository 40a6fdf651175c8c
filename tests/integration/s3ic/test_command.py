"""`python -m etl transform-icpe`: exit codes and sentences, in a process with an empty environment."""

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.s3ic_extraction import DEMO, LINES_FILE, SITES_FILE, line, site, write_extraction

ROOT = Path(__file__).parents[3]
TIMEOUT_SECONDS = 60


def run(*arguments: str | Path, before=None, prefix=()) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*prefix, sys.executable, "-m", "etl", "transform-icpe", *map(str, arguments)],
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
        preexec_fn=before,
    )


def transform(output: Path, establishments: Path, *more: str, classements: Path = DEMO / LINES_FILE, **how):
    return run(
        "--establishments", establishments, "--classements", classements, "--output", output, *more, **how
    )


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """Check that a run was refused with one sentence, and return it."""
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr


def test_done_without_any_variable_and_a_second_time(tmp_path) -> None:
    for said in ("64 installations and 374 classement lines;", "the same as before"):
        done = transform(tmp_path, DEMO / SITES_FILE, "--dated-on", "2025-12-31")
        assert (done.returncode, done.stderr) == (0, "")
        assert said in done.stdout
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["dated_on"] == "2025-12-31"
    assert len(list(tmp_path.iterdir())) == 8


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--establishments", "a.csv"),
        ("--establishments", "a", "--classements", "b", "--output", "c", "--dated-on", "31/12/2025"),
        ("--establishments", "a", "--classements", "b", "--output", "c", "--accept-less"),
    ],
)
def test_wrong_usage(arguments) -> None:
    done = run(*arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "Usage: python -m etl transform-icpe" in done.stderr


def test_the_last_run_of_the_folder_bounds_the_next(tmp_path) -> None:
    sites, lines = write_extraction(tmp_path, [site(n) for n in range(50)], [line(n) for n in range(50)])
    output = tmp_path / "output"
    assert transform(output, sites, classements=lines).returncode == 0
    write_extraction(tmp_path, [site(n) for n in range(48)], [line(n) for n in range(50)])
    assert "48 rows read, fewer than 98% of the 50" in refused(transform(output, sites, classements=lines))
    assert transform(output, sites, "--accept-fewer-rows", classements=lines).returncode == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "There is no file"),
        (b"", "is empty"),
        (bytes(range(255, 0, -1)) * 400, "is not UTF-8"),
        (b"a,b\n1,2\n", "none of the columns"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path, content, sentence) -> None:
    path = tmp_path / "input.csv"
    if content is not None:
        path.write_bytes(content)
    said = refused(transform(tmp_path / "output", path))
    assert sentence in said
    assert str(path) in said
    assert not (tmp_path / "output").exists()


def test_a_folder_in_place_of_a_file(tmp_path) -> None:
    assert "There is no file" in refused(transform(tmp_path / "output", tmp_path))


def test_an_output_that_is_a_file(tmp_path) -> None:
    (tmp_path / "output").write_text("mine", encoding="utf-8")
    assert str(tmp_path / "output") in refused(transform(tmp_path / "output", DEMO / SITES_FILE))
    assert (tmp_path / "output").read_text("utf-8") == "mine"


def test_a_report_that_is_none(tmp_path) -> None:
    (tmp_path / "report.json").write_text("{}", encoding="utf-8")
    assert "report.json is not a report" in refused(transform(tmp_path, DEMO / SITES_FILE))


def test_a_disk_that_is_full(tmp_path) -> None:
    """A limit on the size of files stands for it: the system refuses the write in the same way."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    transform(tmp_path, DEMO / SITES_FILE)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    changed = tmp_path.parent / f"{tmp_path.name}.csv"
    changed.write_text(
        (DEMO / SITES_FILE).read_text("utf-8").replace("BRUMEVAL", "BRUMEVILLE"), encoding="utf-8"
    )
    said = refused(transform(tmp_path, changed, before=limit))
    assert "File too large" in said
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_files_that_may_not_be_read_or_written(tmp_path) -> None:
    closed, output = tmp_path / "closed.csv", tmp_path / "output"
    closed.write_bytes((DEMO / SITES_FILE).read_bytes())
    closed.chmod(0)
    output.mkdir(mode=0o555)
    said = refused(transform(tmp_path / "elsewhere", closed, prefix=_obeying_permissions()))
    assert f"{closed} cannot be read: Permission denied" in said
    said = refused(transform(output, DEMO / SITES_FILE, prefix=_obeying_permissions()))
    assert "may not be read or written" in said
    assert str(output) in said
    assert list(output.iterdir()) == []


def _obeying_permissions() -> tuple[str, ...]:
    """Return what a command begins with so that even root is bound by the permissions of files."""
    if os.geteuid() != 0:
        return ()
    if not shutil.which("setpriv"):
        pytest.skip("root reads and writes everything, and setpriv is not installed")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
