"""The project's own Postgres: a cluster in a folder, from the system's binaries, never the machine's cluster.

Postgres refuses to run as root; started as root, the cluster belongs to an unprivileged account and lives in
a folder that this account can enter (under `/var/lib` when the checkout is not reachable for it).
"""

import hashlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from etl.binaries import find_binaries
from etl.errors import SettingsError, StepError
from etl.settings import Settings

DATABASES = ("envinorma", "airflow")
OWNER = "envinorma_owner"
COMMAND_TIMEOUT_SECONDS = 60
UNPRIVILEGED_ACCOUNTS = ("postgres", "nobody")

# Loopback only and scram everywhere; a crash loses what Postgres' defaults let it lose: nothing committed.
CONFIGURATION = """
listen_addresses = '127.0.0.1'
max_connections = 200
shared_buffers = '256MB'
work_mem = '32MB'
maintenance_work_mem = '256MB'
max_wal_size = '2GB'
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
"""


def cluster_dir(settings: Settings) -> Path:
    """Return the cluster's folder: under RUN_DIR, or under /var/lib where RUN_DIR is closed to others."""
    preferred = settings.run_dir.absolute() / "postgres"
    if os.geteuid() != 0 or can_enter(preferred):
        return preferred
    mark = hashlib.sha256(str(preferred).encode()).hexdigest()[:12]
    return Path("/var/lib/envinorma") / f"postgres-{mark}"


def can_enter(path: Path) -> bool:
    """Tell whether an unprivileged account may walk to a folder that root will make for it."""
    existing = [parent for parent in path.parents if parent.exists()]
    return all(parent.stat().st_mode & 0o001 for parent in existing)


def cluster_url(settings: Settings) -> str:
    """Return the owner's address of the running cluster.

    Raises:
        StepError: the cluster is not running.
    """
    folder = cluster_dir(settings)
    port = running_port(folder)
    if port is None:
        raise StepError("The project's database does not run. Start it with `make run`, or set DATABASE_URL.")
    password = (folder / "owner.password").read_text(encoding="ascii")
    return f"postgresql://{OWNER}:{password}@127.0.0.1:{port}/{DATABASES[0]}"


def running_port(folder: Path) -> int | None:
    """Return the port of the cluster in a folder, None where no server runs there."""
    if not (folder / "data" / "postmaster.pid").exists():
        return None
    status = _run(["pg_ctl", "-D", str(folder / "data"), "status"], check=False)
    if status.returncode != 0:
        return None
    return int((folder / "data" / "postmaster.pid").read_text(encoding="ascii").splitlines()[3])


@contextmanager
def running_cluster(settings: Settings) -> Iterator[None]:
    """Start the cluster if it does not run, and stop it at the end only if it was started here.

    With DATABASE_URL set there is nothing to start.

    Raises:
        StepError: Postgres does not start; the sentence gives the end of its log.
        SettingsError: no server is installed, or the port is taken.
    """
    if settings.database_url is not None:
        yield
        return
    folder = cluster_dir(settings)
    if running_port(folder) is not None:
        yield
        return
    start_cluster(settings)
    try:
        yield
    finally:
        stop_cluster(settings)


def start_cluster(settings: Settings) -> None:
    """Create the cluster on first use, start it, and make sure the databases exist."""
    folder = cluster_dir(settings)
    if not (folder / "data" / "PG_VERSION").exists():
        _create(folder)
    port = settings.postgres_port or _free_port()
    _refuse_taken_port(port)
    # No socket file: its path may hold 107 bytes at most, and everything connects by the loopback.
    options = f"-p {port} -c unix_socket_directories=''"
    log = folder / "postgres.log"
    command = ["pg_ctl", "-D", str(folder / "data"), "-o", options, "-l", str(log), "-w", "-t", "30", "start"]
    started = _run(command, check=False)
    if started.returncode != 0:
        tail = log.read_text(encoding="utf-8", errors="replace")[-600:] if log.exists() else started.stderr
        raise StepError(f"Postgres did not start; the end of {log} says: {tail}")
    _create_databases(folder, port)


def stop_cluster(settings: Settings) -> None:
    """Stop the cluster, ending open connections; nothing committed is lost."""
    folder = cluster_dir(settings)
    if running_port(folder) is not None:
        _run(["pg_ctl", "-D", str(folder / "data"), "-m", "fast", "-w", "-t", "30", "stop"])


def _create(folder: Path) -> None:
    if (folder / "data").exists():  # an initdb that was cut short: nothing of it was ever used
        shutil.rmtree(folder / "data")
    folder.mkdir(parents=True, exist_ok=True)
    _give_away(folder)
    passwords = {name: secrets.token_urlsafe(24) for name in ("superuser", "owner")}
    for name, password in passwords.items():
        secret = folder / f"{name}.password"
        secret.touch(mode=0o600)
        secret.write_text(password, encoding="ascii")
        _give_away(secret)
    _run(
        [
            "initdb", "-D", str(folder / "data"), "-U", "postgres", "--encoding=UTF8", "--locale=C.UTF-8",
            "--auth=scram-sha-256", f"--pwfile={folder / 'superuser.password'}", "--no-instructions",
        ]
    )  # fmt: skip
    configuration = folder / "data" / "postgresql.conf"
    with configuration.open("a", encoding="utf-8") as handle:
        handle.write(CONFIGURATION)


def _create_databases(folder: Path, port: int) -> None:
    owner_password = (folder / "owner.password").read_text(encoding="ascii")
    owner = (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') THEN "
        f"CREATE ROLE {OWNER} LOGIN CREATEDB CREATEROLE PASSWORD '{owner_password}'; END IF; END $$"
    )
    present = _psql(folder, port, ["SELECT datname FROM pg_database"]).split()
    databases = [f"CREATE DATABASE {name} OWNER {OWNER}" for name in DATABASES if name not in present]
    _psql(folder, port, [owner, *databases])


def _psql(folder: Path, port: int, statements: list[str]) -> str:
    """Run statements as the superuser; they hold only names and passwords of our own making."""
    password = (folder / "superuser.password").read_text(encoding="ascii")
    environment = {"PGPASSWORD": password, "PATH": os.environ.get("PATH", ""), "PGCONNECT_TIMEOUT": "10"}
    server = ["-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-d", "postgres"]
    script = ";\n".join(statements) + ";\n"
    return _run(["psql", *server, "-v", "ON_ERROR_STOP=1", "-qAtX"], env=environment, input=script).stdout


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise SettingsError(
                f"The port {port} of the database is in use. Set POSTGRES_PORT to a free one (0 picks one)."
            ) from None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _account() -> pwd.struct_passwd | None:
    """Return the account that Postgres runs as when we are root, else None (ourselves)."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED_ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    names = " and ".join(UNPRIVILEGED_ACCOUNTS)
    raise SettingsError(f"Postgres cannot run as root, and the accounts {names} do not exist: create one.")


def _give_away(path: Path) -> None:
    account = _account()
    if account is not None:
        os.chown(path, account.pw_uid, account.pw_gid)


def _run(command: list[str], *, check: bool = True, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a program of the server as the cluster's account; its output is kept for the error."""
    account = _account()
    if account is not None:
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    # The server that pg_ctl starts keeps its output open: reading a pipe would never end.
    output = subprocess.DEVNULL if command[0] == "pg_ctl" else subprocess.PIPE
    done = subprocess.run(
        [str(find_binaries() / command[0]), *command[1:]],
        cwd="/",
        text=True,
        stdout=output,
        stderr=output,
        start_new_session=True,  # a Ctrl-C meant for us does not cut the server's programs short
        timeout=COMMAND_TIMEOUT_SECONDS,
        check=False,
        **options,
    )
    if check and done.returncode != 0:
        raise StepError(f"{command[0]} failed ({done.returncode}): {(done.stderr or '').strip()[-600:]}")
    return done
