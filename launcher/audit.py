"""`make audit`: known vulnerabilities of the locked packages, or a sentence that nothing can be known.

pip-audit calls a package that its source does not know "skipped" and succeeds; here that is a failure.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from etl.settings import ROOT
from launcher.console import LaunchError

TIMEOUT_SECONDS = 600
LOCKS = ("requirements.txt", "requirements-dev.txt")
Dependency = dict[str, Any]


def audit(locks: Sequence[Path], ask: Callable[[Path], str] | None = None) -> tuple[int, list[str]]:
    """Return how many packages were looked at, and a line for each known vulnerability.

    Raises:
        LaunchError: the source of vulnerabilities does not answer, or does not know some of the packages.
    """
    found = [dependency for lock in locks for dependency in read(lock, (ask or run_pip_audit)(lock))]
    unknown = sorted({dependency["name"] for dependency in found if "skip_reason" in dependency})
    if unknown:
        raise LaunchError(
            f"Not audited: {len(unknown)} of {len(found)} packages are not known where pip-audit asks "
            f"({', '.join(unknown[:5])}, …). It asks pypi.org, which does not answer from here: "
            "run `make audit` where it can be reached."
        )
    return len(found), [line for dependency in found for line in vulnerabilities(dependency)]


def run_pip_audit(lock: Path) -> str:
    """Return what pip-audit says about a lock, as JSON.

    Raises:
        LaunchError: it does not come to an end.
    """
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--disable-pip", "--require-hashes"]
    try:
        done = subprocess.run(
            [*command, "--requirement", str(lock)],
            capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise LaunchError(f"Not audited: no answer about {lock.name} in {TIMEOUT_SECONDS} s.") from None
    if not done.stdout.strip():
        raise LaunchError(f"Not audited: pip-audit says of {lock.name}: {done.stderr.strip()[-300:]}")
    return done.stdout


def read(lock: Path, said: str) -> list[Dependency]:
    """Return the packages of an answer.

    Raises:
        LaunchError: it is not what pip-audit writes.
    """
    try:
        dependencies: list[Dependency] = json.loads(said)["dependencies"]
    except (ValueError, KeyError):
        raise LaunchError(f"Not audited: pip-audit's answer about {lock.name} cannot be read.") from None
    return dependencies


def vulnerabilities(dependency: Dependency) -> list[str]:
    """Return a line for each known vulnerability of a package, with the versions that mend it."""
    return [
        f"{dependency['name']} {dependency['version']}: {known['id']}, "
        f"mended in {', '.join(known.get('fix_versions') or ['no version yet'])}"
        for known in dependency.get("vulns", [])
    ]


def print_audit() -> int:
    """Print what is known about the project's locks; 1 where something is."""
    count, lines = audit([ROOT / name for name in LOCKS])
    for line in lines:
        print(line)
    print(f"{count} packages, {len(lines)} known vulnerabilities.")
    return 1 if lines else 0
