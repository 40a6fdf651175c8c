"""Steps as an operator starts them: processes of their own."""

import os
import subprocess
import sys
from pathlib import Path

from etl.settings import ROOT, Settings

STEP_SECONDS = 120


def step(settings: Settings, *arguments: str | Path, **variables: str) -> subprocess.Popen[str]:
    """Start `python -m etl` on the house of these settings."""
    return subprocess.Popen(
        [sys.executable, "-m", "etl", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **variables_of(settings), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Return the exit code of a step and what it said on its standard error."""
    _, said = process.communicate(timeout=STEP_SECONDS)
    return process.returncode, said


def variables_of(settings: Settings) -> dict[str, str]:
    """Return the variables that give a process these settings."""
    given = settings.model_dump(exclude_unset=True)
    return {
        name.upper(): value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)
        for name, value in given.items()
    }
