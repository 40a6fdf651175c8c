"""The back-office of a local run: an account to sign in with, its orders, and the steps that publish them."""

import re
import subprocess
import sys
from pathlib import Path

from etl.am_import import RUN, import_ams
from etl.database import Role, connect, read_statement
from etl.errors import RefusedError
from etl.settings import ROOT, Settings
from etl.storage import bucket, present
from etl.sync.transaction import record_trouble
from launcher.airflow_api import AirflowApi
from launcher.console import LaunchError
from launcher.secrets import write_private
from launcher.site import site_environment

EDITOR = "redaction"
ARCHIVE = "ams/latest.zip"
# The step that publishes what editors wrote, and the one that brings it to the site.
PUBLISHING = ("export_ams", "sync_ams")
COMMAND_SECONDS = 120
DAG_SECONDS = 120
SHOWN = re.compile(r"shown this once: (\S+)")


def has_own_office(settings: Settings) -> bool:
    """Tell whether the accounts are this run's to make: in a database of one's own they are their owner's."""
    return settings.database_url is None


def keep_editor(settings: Settings) -> str:
    """Return the password of the account `redaction`, which may publish; both are made on the first run.

    Raises:
        LaunchError: the account cannot be made.
    """
    path = settings.run_dir / "editor-password"
    is_there = _ask(settings, Role.OWNER, "backoffice/has_editor.sql")
    if path.exists() and is_there:
        return path.read_text(encoding="utf-8")
    password = _draw_password(settings, "reset" if is_there else "add")
    write_private(path, password)
    return password


def kept_password(run_dir: Path) -> str:
    """Return the password that `keep_editor` kept."""
    return (run_dir / "editor-password").read_text(encoding="utf-8")


def _draw_password(settings: Settings, command: str) -> str:
    """Make the account, or give it a new password, by the command that is there for it."""
    arguments = ("editors", command, EDITOR, "--role", "publisher", "--generate")
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "webapp", *arguments],
        cwd=ROOT,
        env=site_environment(settings),
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    shown = SHOWN.search(done.stdout)
    if done.returncode != 0 or shown is None:
        raise LaunchError(f"No account of the back-office can be made: {done.stderr.strip()[-500:]}")
    return shown[1]


def fill_office(settings: Settings) -> str:
    """Bring the orders that were loaded into the back-office if it has none; return what is to be said.

    Nothing is said where there is nothing to do.
    """
    archive = present(bucket(settings, "am") / ARCHIVE)
    if archive is None or not _ask(settings, Role.ETL, "backoffice/is_empty.sql"):
        return ""
    with connect(settings, Role.ETL) as connection:
        try:
            import_ams(connection, archive)
        except RefusedError as error:
            record_trouble(connection, RUN, "refused", str(error))
            return f"The back-office stays empty: {error}"
    return ""


def let_publish(api: AirflowApi) -> None:
    """Let the steps run that the button of the site starts.

    Raises:
        LaunchError: one of them is not there.
    """
    for dag_id in PUBLISHING:
        api.wait_for_dag(dag_id, DAG_SECONDS)
        api.unpause(dag_id)


def _ask(settings: Settings, role: Role, statement: str) -> bool:
    with connect(settings, role) as connection, connection.cursor() as cursor:
        cursor.execute(read_statement(statement), {"name": EDITOR})
        row = cursor.fetchone()
    return bool(row and row[0])
