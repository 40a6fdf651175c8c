"""The project's Python environment: `.venv` at the root, filled from the lock files with every hash checked.

The `pip` of older Pythons refuses the large lock, so pip only brings uv (pinned in the same lock), and uv
installs the rest. Standard library only.
"""

import hashlib
import json
import shutil
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher.commands import run_logged
from launcher.console import Details, LaunchError, progress

INSTALL_TIMEOUT_SECONDS = 1200
# Certificates of the system: a company's proxy is known there and not to uv's own list.
UV_ENVIRONMENT = {
    "UV_SYSTEM_CERTS": "1",
    "UV_HTTP_TIMEOUT": "120",
    "UV_NO_PROGRESS": "1",
    "UV_LINK_MODE": "copy",
}


@dataclass(frozen=True)
class Environment:
    """One virtual environment and the lock files it is made from."""

    what: str
    folder: Path
    locks: tuple[Path, ...]

    @property
    def python(self) -> Path:
        """The interpreter inside."""
        return self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        """The file that remembers which locks are installed, and where."""
        return self.folder / "installed.json"

    def is_usable(self) -> bool:
        """Tell whether it was made in this place: programs of a folder that was moved hold stale paths."""
        return self.python.exists() and self._remembered().get("made") == str(self.folder)

    def is_current(self) -> bool:
        """Tell whether every lock file is installed in its present content."""
        wanted = {str(lock): hash_file(lock) for lock in self.locks}
        remembered = self._remembered().get("locks", {})
        return self.is_usable() and wanted.items() <= remembered.items()

    def remember(self, *, installed: bool) -> None:
        """Write down that it was made, and that its locks are installed now."""
        locks = self._remembered().get("locks", {}) if self.is_usable() else {}
        if installed:
            locks |= {str(lock): hash_file(lock) for lock in self.locks}
        self.stamp.write_text(json.dumps({"made": str(self.folder), "locks": locks}), encoding="utf-8")

    def _remembered(self) -> dict[str, Any]:
        if not self.stamp.exists():
            return {}
        found: dict[str, Any] = json.loads(self.stamp.read_text(encoding="utf-8"))
        return found


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def pinned_block(lock: Path, package: str) -> str:
    """Return the lines of one package (version and hashes) out of a lock file.

    Raises:
        LaunchError: the lock has no such package.
    """
    lines = lock.read_text(encoding="utf-8").splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith(f"{package}==")]
    if not starts:
        raise LaunchError(
            f"{lock} does not pin {package}; restore the file, or write it anew with `make lock`."
        )
    rest = lines[starts[0] + 1 :]
    hashes = [line for line in rest[: _end_of_block(rest)] if "--hash=" in line]
    return "\n".join([lines[starts[0]], *hashes]).rstrip(" \\") + "\n"


def _end_of_block(lines: Sequence[str]) -> int:
    return next((number for number, line in enumerate(lines) if not line.startswith(" ")), len(lines))


def prepare(environment: Environment, uv_lock: Path, uv: Path | None, details: Details) -> None:
    """Bring an environment to what its lock files say; nothing is done where it is already so.

    Args:
        environment: what to prepare.
        uv_lock: the lock file that pins uv.
        uv: the folder's uv to use; None brings uv into the environment itself.
        details: where the programs' output goes.

    Raises:
        LaunchError: it cannot be made or filled.
    """
    if environment.is_current():
        return
    with progress(f"Installing {environment.what} in {environment.folder.name}"):
        if not environment.is_usable():
            make(environment, details, pip=uv is None)
            if uv is None:
                install_uv(environment, uv_lock, details)
            environment.remember(installed=False)
        fill(environment, uv or environment.folder / "bin" / "uv", details)
        environment.remember(installed=True)


def make(environment: Environment, details: Details, *, pip: bool) -> None:
    """Make an empty environment, in place of one that cannot be used."""
    if environment.folder.exists():
        shutil.rmtree(environment.folder)
    builder = venv.EnvBuilder(with_pip=False, symlinks=True)
    builder.create(environment.folder)
    if pip:
        command = [str(environment.python), "-m", "ensurepip", "--upgrade", "--default-pip"]
        run_logged(command, details, what=f"Making {environment.folder}", timeout=120)


def install_uv(environment: Environment, lock: Path, details: Details) -> None:
    """Bring the pinned uv into the environment with pip, its hashes checked."""
    requirement = environment.folder / "uv.txt"
    requirement.write_text(pinned_block(lock, "uv"), encoding="utf-8")
    options = ["--require-hashes", "--disable-pip-version-check", "--no-input", "--no-deps"]
    command = [str(environment.python), "-m", "pip", "install", *options, "-r", str(requirement)]
    run_logged(command, details, what="Installing uv", timeout=300)


def fill(environment: Environment, uv: Path, details: Details) -> None:
    """Install the environment's locks with uv, every hash checked, compiled ahead (programs start sooner)."""
    locks = [word for lock in environment.locks for word in ("-r", str(lock))]
    target = ["--python", str(environment.python), "--require-hashes", "--compile-bytecode"]
    run_logged(
        [str(uv), "pip", "install", *target, *locks],
        details,
        what=f"Installing {environment.what}",
        timeout=INSTALL_TIMEOUT_SECONDS,
        environment=UV_ENVIRONMENT,
    )
