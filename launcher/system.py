"""Packages of the operating system (Debian or Ubuntu): only what is missing, and no service is started.

Standard library only.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from etl.binaries import find_binaries
from etl.errors import SettingsError
from launcher.commands import run_logged
from launcher.console import Details, LaunchError, progress

APT_TIMEOUT_SECONDS = 900
SUDO_TIMEOUT_SECONDS = 300
APT_OPTIONS = ("-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3", "-o", "Dpkg::Use-Pty=0")
# Debian's server package makes a cluster of the machine and starts it, unless this file says otherwise.
NO_CLUSTER_FILE = Path("/etc/postgresql-common/createcluster.d/envinorma-set-up.conf")


# While this says 101, packages start no service (Debian's policy layer); administrators may have one already.
POLICY_FILE = Path("/usr/sbin/policy-rc.d")


@dataclass(frozen=True)
class Need:
    """Something the operating system provides: how to see that it is there, which packages bring it.

    `services` are those that the packages would start now and with the machine: they do neither.
    """

    what: str
    is_met: Callable[[], bool]
    packages: tuple[str, ...]
    services: tuple[str, ...] = ()


def has_postgres() -> bool:
    """Tell whether a usable Postgres server is installed (running or not)."""
    try:
        find_binaries()
    except SettingsError:
        return False
    return True


def has_venv() -> bool:
    """Tell whether this Python can make environments with pip (Debian ships that part apart)."""
    return importlib.util.find_spec("ensurepip") is not None and importlib.util.find_spec("venv") is not None


def has_program(name: str) -> Callable[[], bool]:
    """Return a test for a program on the PATH."""
    return lambda: shutil.which(name) is not None


def has_server(name: str) -> Callable[[], bool]:
    """Return a test for a program that ordinary accounts may not have on their PATH."""
    return lambda: (shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")) is not None


def has_french_ocr() -> bool:
    """Tell whether Tesseract is there and reads French."""
    models = Path("/usr/share/tesseract-ocr").glob("*/tessdata/fra.traineddata")
    return shutil.which("tesseract") is not None and any(models)


def has_font() -> bool:
    """Tell whether a font is there: without one, a browser shows no text."""
    return any(Path("/usr/share/fonts").rglob("*.[to]tf"))


def has_libreoffice() -> bool:
    """Tell whether LibreOffice is there with its texts and its spreadsheets."""
    program = shutil.which("soffice")
    folder = Path(program).resolve().parent if program else None
    return folder is not None and all((folder / name).exists() for name in ("libswlo.so", "libsclo.so"))


def has_faketime() -> bool:
    """Tell whether the library is there that lets a process live at another time."""
    return any(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


def has_redis() -> bool:
    """Tell whether Redis is there, under either of its names (`launcher.airflow_cluster`)."""
    return any(shutil.which(name) for name in ("redis-server", "redis-check-rdb"))


RUN_NEEDS = (
    Need("environments of Python", has_venv, (f"python3.{sys.version_info.minor}-venv",)),
    Need("the Postgres server", has_postgres, ("postgresql",)),
    Need("Tesseract with its French model", has_french_ocr, ("tesseract-ocr", "tesseract-ocr-fra")),
    Need("Poppler", has_program("pdftoppm"), ("poppler-utils",)),
)
TEST_NEEDS = (
    Need("nginx", has_server("nginx"), ("nginx-light",), ("nginx",)),
    Need("supervisor", has_server("supervisord"), ("supervisor",), ("supervisor",)),
    Need("Chromium", has_program("chromium"), ("chromium",)),
    Need("a font", has_font, ("fonts-dejavu-core",)),
    # Not the package redis-server, which starts a service of the machine.
    Need("Redis", has_redis, ("redis-tools",)),
    Need("libfaketime", has_faketime, ("libfaketime",)),
    Need("LibreOffice", has_libreoffice, ("libreoffice-writer-nogui", "libreoffice-calc-nogui")),
)


def install_packages(needs: Sequence[Need], details: Details) -> None:
    """Install the packages of the needs that are not met.

    Raises:
        LaunchError: something is missing and cannot be installed; the sentence names the packages.
    """
    missing = [need for need in needs if not need.is_met()]
    if not missing:
        return
    packages = sorted({name for need in missing for name in need.packages})
    prefix = _privilege(packages)
    services = [name for need in missing for name in need.services]
    with (
        progress(f"Installing system packages: {', '.join(packages)}"),
        _no_machine_cluster(prefix, details),
        _no_start(prefix, services, details),
    ):
        _apt(prefix, ["update"], details, packages)
        _apt(prefix, ["install", "-y", "--no-install-recommends", *packages], details, packages)
    still = [need.what for need in missing if not need.is_met()]
    if still:
        raise LaunchError(
            f"After installing {' '.join(packages)}, {' and '.join(still)} is still not found: "
            f"this system names or places it otherwise; install it by hand (details: {details.path})."
        )


def _privilege(packages: Sequence[str]) -> list[str]:
    """Return what to put before a command that changes the system."""
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        raise LaunchError(
            f"Missing here, and there is no apt-get to install it: {names}. Install it, start again."
        )
    if os.geteuid() == 0:
        return []
    by_hand = f"Install them as root (apt-get install {names}), then start again."
    if shutil.which("sudo") is None:
        raise LaunchError(f"These system packages are missing and there is no sudo here: {names}. {by_hand}")
    ask = ["sudo", "-v"] if sys.stdin.isatty() else ["sudo", "-n", "true"]
    if subprocess.run(ask, timeout=SUDO_TIMEOUT_SECONDS, check=False).returncode != 0:
        raise LaunchError(
            f"These system packages are missing and sudo does not let us in: {names}. {by_hand}"
        )
    return ["sudo"]


def _apt(prefix: Sequence[str], arguments: Sequence[str], details: Details, packages: Sequence[str]) -> None:
    # sudo drops the environment, so the variables go through `env`.
    command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", "apt-get", *APT_OPTIONS]
    what = f"Installing the system packages {' '.join(packages)} (apt-get {arguments[0]})"
    run_logged([*command, *arguments], details, what=what, timeout=APT_TIMEOUT_SECONDS)


@contextmanager
def _no_machine_cluster(prefix: Sequence[str], details: Details) -> Iterator[None]:
    """Keep the server's package from starting a cluster of the machine; its settings stay as they were."""
    folder_was_there = NO_CLUSTER_FILE.parent.exists()
    script = 'mkdir -p "$(dirname "$1")" && echo "create_main_cluster = false" > "$1"'
    _change_system([*prefix, "sh", "-c", script, "sh", str(NO_CLUSTER_FILE)], details)
    try:
        yield
    finally:
        _change_system([*prefix, "rm", "-f", str(NO_CLUSTER_FILE)], details)
        if not folder_was_there and not has_postgres():
            leftover = [str(NO_CLUSTER_FILE.parent), str(NO_CLUSTER_FILE.parent.parent)]
            _change_system([*prefix, "rmdir", "--ignore-fail-on-non-empty", *leftover], details)


@contextmanager
def _no_start(prefix: Sequence[str], services: Sequence[str], details: Details) -> Iterator[None]:
    """Keep packages from starting their services, now and with the machine."""
    if not services:
        yield
        return
    is_ours = not POLICY_FILE.exists()
    if is_ours:
        script = 'printf "#!/bin/sh\\nexit 101\\n" > "$1" && chmod 755 "$1"'
        _change_system([*prefix, "sh", "-c", script, "sh", str(POLICY_FILE)], details)
    try:
        yield
    finally:
        if is_ours:
            _change_system([*prefix, "rm", "-f", str(POLICY_FILE)], details)
    for name in services:
        _change_system([*prefix, "update-rc.d", name, "disable"], details)


def _change_system(command: Sequence[str], details: Details) -> None:
    run_logged(command, details, what="Preparing the installation of system packages", timeout=60)
