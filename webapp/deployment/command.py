"""The command `check`: every check of the list, one line for each danger, and 1 where there is any."""

import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import click
from flask import Flask

from etl.errors import StepError
from etl.settings import Settings, load_settings, variables_beside_ours
from webapp.deployment import airflow_checks, database_checks, file_checks, published_checks, site_checks
from webapp.deployment.surroundings import MARKS_OF_CONTAINERS, CannotTellError, Check, Surroundings

# What any site needs, on this machine too.
ALWAYS: tuple[Check, ...] = (
    site_checks.secret_key,
    database_checks.database_answers,
    database_checks.migrations,
    file_checks.buckets,
)
# What a site that others reach needs beside that.
DEPLOYED: tuple[Check, ...] = (
    site_checks.debugging,
    site_checks.allowed_hosts,
    site_checks.public_address,
    site_checks.cookies,
    site_checks.strict_transport,
    site_checks.proxies,
    site_checks.metrics,
    database_checks.database_addresses,
    database_checks.transport_to_database,
    database_checks.roles,
    airflow_checks.airflow_sign_in,
    airflow_checks.airflow_passwords,
    file_checks.secret_files,
    published_checks.published_site,
)
OPTIONS_WITH_VALUE = {"--app", "-A", "--env-file", "-e"}


@click.command("check")
@click.option("--deploy", is_flag=True, help="Also what matters once others reach the site.")
def check(*, deploy: bool) -> None:
    """Name what is dangerous or missing in how the site is set up; exit with 1 if there is anything."""
    try:
        settings = load_settings()
    except StepError as error:
        click.echo(f"danger: {error}")
        sys.exit(1)
    dangers = run_checks(surroundings_of(settings), (*ALWAYS, *DEPLOYED) if deploy else ALWAYS)
    sys.exit(1 if dangers else 0)


def run_checks(place: Surroundings, checks: Sequence[Check]) -> int:
    """Make the checks, say what each found, and return how many dangers there are."""
    dangers = passed = 0
    for one in checks:
        try:
            found = list(one(place))
        except CannotTellError as error:
            click.echo(f"not checked: {name_of(one)}: {error}")
            continue
        for sentence in found:
            click.echo(f"danger: {sentence}")
        dangers += len(found)
        passed += not found
    click.echo(f"{passed} of {len(checks)} checks passed, {dangers} dangers.")
    return dangers


def name_of(one: Check) -> str:
    """Return the name of a check for people."""
    return one.__name__.replace("_", " ")


def surroundings_of(settings: Settings) -> Surroundings:
    """Return what the checks look at in this process."""
    # The application's own room uses this one.
    from webapp.application import create_app  # noqa: PLC0415

    return Surroundings(
        settings,
        variables_beside_ours(),
        create_app,
        is_container=any(mark.exists() for mark in MARKS_OF_CONTAINERS),
    )


def application_to_check() -> Flask:
    """Return an application that knows this command alone: bad settings must not keep it from being asked."""
    app = Flask("webapp", static_folder=None)
    app.cli.add_command(check)
    return app


def is_being_checked(arguments: Sequence[str] | None = None) -> bool:
    """Tell whether this process is `flask … check`."""
    words = list(sys.argv if arguments is None else arguments)
    if not words or Path(words[0]).stem not in {"flask", "__main__"}:
        return False
    commands = [
        word
        for before, word in pairwise(words)
        if not word.startswith("-") and before not in OPTIONS_WITH_VALUE
    ]
    return commands[:1] == ["check"]
