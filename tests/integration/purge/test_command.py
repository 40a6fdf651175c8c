"""`python -m etl purge-users`, and `maintenance`, as an operator types them."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result
from psycopg2.extensions import connection as Connection  # noqa: N812

from etl.cli import commands
from etl.database import Role, database_url
from etl.errors import RefusedError
from etl.maintenance import maintenance
from etl.settings import ROOT, Settings, load_settings
from launcher.airflow_environment import settings_variables
from tests.integration.purge.conftest import add_people, counted

pytestmark = pytest.mark.postgres


@pytest.fixture
def command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
    """A function that runs `python -m etl` on the database of the test."""
    for name, value in settings_variables(settings).items():
        monkeypatch.setenv(name, value)
    load_settings.cache_clear()

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(commands, arguments)

    yield run
    load_settings.cache_clear()


def test_a_dry_run_only_says(command: Callable[..., Result], owner: Connection) -> None:
    add_people(owner, 4, 91)
    add_people(owner, 2, 40)
    before = counted(owner)
    said = command("purge-users", "--dry-run")
    assert said.exit_code == 0, said.output
    assert "Not seen for 90 days: 4 people" in said.output
    assert "picked 24 prescriptions" in said.output
    assert (
        "Not seen for 30 days: 6 people"
        in command("purge-users", "--dry-run", "--inactive-days", "30").output
    )
    assert counted(owner) == before

    done = command("purge-users")
    assert "4 people deleted with 4 copies, 4 fictive installations" in done.output
    assert "Nothing changed." in command("purge-users").output
    assert counted(owner)["users"] == 2


def test_a_person_closes_the_site_until_ctrl_c(settings: Settings) -> None:
    held = subprocess.Popen(
        # Whoever runs the tests in the background may have them ignore SIGINT, and this would inherit that.
        ["env", "--default-signal=INT", sys.executable, "-u", "-m", "etl", "maintenance"],
        cwd=ROOT,
        env={**os.environ, **settings_variables(settings)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert held.stdout is not None
    try:
        assert held.stdout.readline() == "The site is in maintenance. Ctrl-C opens it again.\n"
        with pytest.raises(RefusedError), maintenance(database_url(settings, Role.OWNER)):
            pass
        held.send_signal(signal.SIGINT)
        assert (held.wait(20), held.stdout.read()) == (0, "The site is open.\n")
    finally:
        held.kill()
        held.stdout.close()
    with maintenance(database_url(settings, Role.OWNER)):
        """Nobody holds it."""
