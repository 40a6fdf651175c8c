"""`docker/update.sh`: in which order it asks the engine, and where it stops."""

import subprocess
from pathlib import Path

import pytest

from etl.settings import ROOT

ENGINE = '#!/bin/sh\necho "$*" >> "{calls}"\ncase "$*" in {fails}) exit 1;; esac\n'
BACKUP = "compose exec --no-TTY airflow-scheduler python -m etl backup"


def update(folder: Path, *arguments: str, fails: str = "nothing") -> tuple[int, list[str]]:
    calls = folder / "calls"
    engine = folder / "docker"
    engine.write_text(ENGINE.format(calls=calls, fails=fails), encoding="utf-8")
    engine.chmod(0o755)
    done = subprocess.run(
        ["sh", str(ROOT / "docker/update.sh"), *arguments],
        env={"PATH": f"{folder}:/usr/bin:/bin"}, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    return done.returncode, calls.read_text(encoding="utf-8").splitlines()


def test_an_update_saves_before_anything_changes(tmp_path):
    assert update(tmp_path) == (
        0, ["compose build", BACKUP, "compose up --detach --wait", "compose run --rm check"],
    )  # fmt: skip


@pytest.mark.parametrize(("fails", "last"), [("*build*", "compose build"), ("*backup*", BACKUP)])
def test_what_fails_before_leaves_the_old_containers(tmp_path, fails, last):
    code, calls = update(tmp_path, fails=fails)

    assert code == 1
    assert calls[-1] == last


def test_the_way_back_neither_saves_nor_migrates(tmp_path):
    """`prepare` migrates, and old code does not know newer tables: nothing may start it."""
    code, calls = update(tmp_path, "--back")

    assert code == 0
    assert calls[0] == "compose build"
    assert all("--no-deps" in call for call in calls[1:])
    assert not [call for call in calls if "backup" in call or "prepare" in call]
