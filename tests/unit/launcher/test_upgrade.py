"""New locks are kept where all tests pass with them; known vulnerabilities are told from silence."""

import json
import subprocess
from pathlib import Path

import pytest

from etl.settings import ROOT
from launcher.audit import audit
from launcher.console import LaunchError

# Makes new locks; the tests pass or fail.
MAKE = """#!/bin/sh
case $1 in
    lock) echo new > requirements.txt; echo new > bench/requirements-x.txt ;;
    test) exit {code} ;;
esac
"""


@pytest.mark.parametrize(("code", "kept"), [(0, "new\n"), (1, "old\n")])
def test_locks_that_fail_are_put_back(tmp_path, code, kept):
    for name in ("requirements.txt", "tests/s3/requirements-swift.txt", "bench/requirements-x.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("old\n", encoding="utf-8")
    (tmp_path / "launcher").mkdir()
    (tmp_path / "launcher" / "upgrade.sh").write_text(
        (ROOT / "launcher/upgrade.sh").read_text("utf-8"), "utf-8"
    )
    make = tmp_path / "fake-make"
    make.write_text(MAKE.format(code=code), encoding="utf-8")
    make.chmod(0o755)

    done = subprocess.run(
        ["sh", str(tmp_path / "launcher" / "upgrade.sh")],
        env={"PATH": "/usr/bin:/bin", "MAKE": str(make)},
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip

    assert done.returncode == code
    assert (tmp_path / "requirements.txt").read_text(encoding="utf-8") == kept
    assert (tmp_path / "bench/requirements-x.txt").read_text(encoding="utf-8") == kept


def said(*dependencies: dict[str, object]) -> str:
    return json.dumps({"dependencies": dependencies})


KNOWN = {"id": "PYSEC-1", "fix_versions": ["2.1"]}


def test_vulnerabilities_are_named_with_what_mends_them():
    answer = said({"name": "a", "version": "1", "vulns": []}, {"name": "b", "version": "2", "vulns": [KNOWN]})

    assert audit([Path("x.txt")], lambda _: answer) == (2, ["b 2: PYSEC-1, mended in 2.1"])


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (
            said({"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "not found"}),
            "1 of 2 packages",
        ),
        ("<html>", "cannot be read"),
        ("{}", "cannot be read"),
    ],
)
def test_silence_is_not_safety(answer, sentence):
    with pytest.raises(LaunchError, match=f"^Not audited: .*{sentence}"):
        audit([Path("x.txt")], lambda _: answer)
