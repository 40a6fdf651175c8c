"""Runs the programs of the set-up: output into the details; a failure is a sentence and the output's end.

Standard library only.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence

from launcher.console import Details, LaunchError, read_tail


def run_logged(
    command: Sequence[str],
    details: Details,
    *,
    what: str,
    timeout: float,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run a program to its end, its output going into the details.

    Args:
        command: the program and its arguments; no shell reads them.
        details: where the output goes.
        what: what the program is for, the beginning of the sentence of a failure.
        timeout: seconds after which the program is ended.
        environment: variables to set on top of ours.

    Raises:
        LaunchError: the program is missing, fails or takes too long.
    """
    details.say(f"$ {' '.join(command)}")
    variables = {**os.environ, **(environment or {})}
    trouble = ""
    with details.path.open("ab") as output:
        try:
            done = subprocess.run(
                command, stdout=output, stderr=output, env=variables, timeout=timeout, check=False
            )
        except FileNotFoundError:
            raise LaunchError(f"{what} failed: the program {command[0]} is not installed.") from None
        except subprocess.TimeoutExpired:
            trouble = f"took more than {timeout:.0f} s and was ended"
        else:
            trouble = f"failed (exit {done.returncode})" if done.returncode else ""
    if trouble:
        raise LaunchError(f"{what} {trouble}; the end of {details.path} says:\n{read_tail(details.path)}")
