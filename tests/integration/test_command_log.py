"""What a command writes beside its answer: JSON where nobody watches, each line with its run."""

import json
import os
import subprocess
import sys

import pytest

from etl.settings import ROOT, Settings
from launcher.airflow_environment import settings_variables

pytestmark = pytest.mark.postgres


def test_lines_are_json_with_the_run(settings: Settings) -> None:
    nomenclature = ROOT / "demo/idf/classement_references.csv"
    done = subprocess.run(
        [sys.executable, "-m", "etl", "--verbose", "sync-nomenclature", "--file", str(nomenclature)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **settings_variables(settings)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    told = [json.loads(line) for line in done.stderr.splitlines()]

    assert done.stdout.startswith("Done.")
    assert {line["command"] for line in told} == {"sync-nomenclature"}
    assert len({line["run"] for line in told}) == 1
    assert [line["message"].split(":")[0] for line in told if line["logger"] == "etl.cli"] == [
        "sync_nomenclature done"
    ]
