"""`pg_dump` and `pg_restore`, as streams: what they read and write goes through no file."""

import os
import re
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from sqlalchemy.engine import URL

from etl.binaries import find_client
from etl.database import libpq_url
from etl.errors import RefusedError, SettingsError, StepError, TransientError

LONGEST_SECONDS = 2 * 3600
VERSION_SECONDS = 30
# An address may leave its password to libpq's own variables.
HANDED_ON = ("PATH", "HOME", "TMPDIR", "PGPASSWORD", "PGPASSFILE", "PGSSLROOTCERT")
UNREACHABLE = re.compile(
    r"connection to server|could not connect|server closed the connection", re.IGNORECASE
)


def require_clients(server_major: int) -> int:
    """Return the major version of `pg_dump` and `pg_restore`.

    Raises:
        SettingsError: they are missing, or older than the server, whose backups they cannot make or read.
    """
    oldest = min(_major(program) for program in ("pg_dump", "pg_restore"))
    if oldest < server_major:
        raise SettingsError(
            f"pg_dump and pg_restore are of Postgres {oldest}, the server is {server_major}: "
            f"install postgresql-client-{server_major}."
        )
    return oldest


@contextmanager
def dumping(url: URL, snapshot: str) -> Iterator[IO[bytes]]:
    """Give the dump of a database, as one snapshot of it, as a stream in pg_dump's custom format.

    Raises:
        StepError: pg_dump failed, once the stream was read; what was read is not a whole dump.
    """
    command = [
        str(find_client("pg_dump")), "--format=custom", "--compress=6", "--enable-row-security",
        f"--snapshot={snapshot}", "--lock-wait-timeout=60s", "--no-password", f"--dbname={_address(url)}",
    ]  # fmt: skip
    with _running(command, url, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # noqa: S101  (PIPE: for the type checker)
        yield process.stdout


@contextmanager
def restoring(url: URL, *, with_rights: bool) -> Iterator[IO[bytes]]:
    """Give a stream to write a dump into an empty database; everything belongs to who connects.

    Raises:
        RefusedError: pg_restore cannot read the dump, or a statement of it failed.
    """
    command = [
        str(find_client("pg_restore")), "--exit-on-error", "--no-owner", "--no-password",
        f"--dbname={_address(url)}", *(() if with_rights else ("--no-privileges",)),
    ]  # fmt: skip
    with _running(command, url, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None  # noqa: S101  (PIPE: for the type checker)
        yield process.stdin
        _close(process.stdin)


@contextmanager
def _running(
    command: list[str], url: URL, stdin: int = subprocess.DEVNULL, stdout: int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program to its end, kill it after an error or after too long, tell why it failed."""
    program = command[0].rpartition("/")[2]
    with tempfile.TemporaryFile() as errors:
        process: subprocess.Popen[bytes] = subprocess.Popen(
            command,
            env=_environment(url),
            stdin=stdin,
            stdout=stdout,
            stderr=errors,
            start_new_session=True,
            cwd="/",
        )
        alarm = threading.Timer(LONGEST_SECONDS, process.kill)
        alarm.start()
        try:
            yield process
            process.wait(timeout=LONGEST_SECONDS)
        except BaseException:
            process.kill()
            process.wait(timeout=VERSION_SECONDS)
            raise
        finally:
            alarm.cancel()
            for stream in (process.stdin, process.stdout):
                _close(stream)
        if process.returncode != 0:
            errors.seek(0)
            raise _explained(program, process.returncode, errors.read().decode("utf-8", "replace"))


def _close(stream: IO[bytes] | None) -> None:
    """Close a pipe; what could not be written to a program that has ended is of no more use."""
    if stream is not None and not stream.closed:
        try:
            stream.close()
        except BrokenPipeError:
            return


def _explained(program: str, code: int, said: str) -> StepError:
    cause = (
        next((line for line in said.splitlines() if "error:" in line), said.strip()) or f"ended with {code}"
    )
    if UNREACHABLE.search(said):
        return TransientError(f"{program} lost the database: {cause}")
    return RefusedError(f"{program} failed: {cause}")


def _environment(url: URL) -> dict[str, str]:
    """Return the variables of the program: the password is not on its command line, which others see."""
    kept = {name: os.environ[name] for name in HANDED_ON if name in os.environ}
    password = {"PGPASSWORD": str(url.password)} if url.password else {}
    return {
        **kept,
        **password,
        "PGCONNECT_TIMEOUT": "10",
        "PGAPPNAME": "envinorma backup",
        "LC_MESSAGES": "C",
    }


def _address(url: URL) -> str:
    bare = URL.create(
        url.drivername, username=url.username, host=url.host, port=url.port, database=url.database,
        query=url.query,
    )  # fmt: skip
    return libpq_url(bare)


def _major(program: str) -> int:
    said = subprocess.run(
        [str(find_client(program)), "--version"],
        capture_output=True, text=True, timeout=VERSION_SECONDS, check=True,
    ).stdout  # fmt: skip
    found = re.search(r"\s(\d+)(?:\.|devel|beta|rc|\s|$)", said)
    if found is None:
        raise SettingsError(f"{program} does not tell its version: {said.strip()!r}.")
    return int(found[1])
