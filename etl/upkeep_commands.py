"""The commands that keep the service in order: purge of idle people, backup, restore, maintenance."""

import sys
import time
from pathlib import Path

import click


def add_to(commands: click.Group) -> None:
    """Make them commands of `python -m etl`."""
    for command in (purge_users_command, backup_command, restore_command, maintenance_command):
        commands.add_command(command)


@click.command("purge-users")
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
@click.option(
    "--inactive-days", type=click.IntRange(1), metavar="DAYS",
    help="Days without a visit; the setting INACTIVE_DAYS if not given.",
)  # fmt: skip
@click.option("--accept-silence", is_flag=True, help="Go on even if no purge has run for a week.")
def purge_users_command(*, dry_run: bool, inactive_days: int | None, accept_silence: bool) -> None:
    """Step 5: delete people not seen for long, with their installations and prescriptions."""
    from etl.purge import RUN, count_idle, purge_users  # noqa: PLC0415
    from etl.settings import load_settings  # noqa: PLC0415
    from etl.sync.command import recorded_session  # noqa: PLC0415

    settings = load_settings()
    days = inactive_days or settings.inactive_days
    with recorded_session(settings, RUN) as connection:
        if dry_run:
            found = count_idle(connection, days)
            click.echo(f"Not seen for {days} days: {found.people} people. {_described(found.to_values())}")
            return
        report = purge_users(connection, days, accept_silence=accept_silence)
    click.echo("Nothing changed." if report.outcome == "unchanged" else "Done.")
    click.echo(report.message)


def _described(counts: dict[str, int]) -> str:
    """Say what people have made."""
    return (
        f"They made {counts['copies']} copies and {counts['fictive']} fictive installations with "
        f"{counts['classements']} classements, and picked {counts['prescriptions']} prescriptions."
    )


@click.command("backup")
@click.option(
    "--output", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="Write it there (and FILE.json beside it); without it, into the bucket of backups.",
)  # fmt: skip
def backup_command(*, output: Path | None) -> None:
    """Save the database, restore the copy into a scratch database, and compare."""
    from etl.backups.command import RUN, run_backup  # noqa: PLC0415
    from etl.reports import record_run  # noqa: PLC0415
    from etl.settings import load_settings  # noqa: PLC0415
    from etl.sync.command import recorded_session  # noqa: PLC0415

    settings = load_settings()
    with recorded_session(settings, RUN) as connection:
        report = run_backup(settings, output, _tell)
        if output is None:
            record_run(connection, report)
    click.echo(report.message)
    click.echo(f"It is {output or report.files[0]['key']}.")


@click.command("restore")
@click.option("--latest", is_flag=True, help="The newest backup of the bucket.")
@click.option(
    "--file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="A backup in a file."
)
@click.option("--key", metavar="KEY", help="A backup of the bucket, such as postgres/20261123T000000Z.dump.")
@click.option(
    "--into", metavar="URL", help="Put it in the place of this database; DATABASE_URL if not given."
)
def restore_command(*, latest: bool, file: Path | None, key: str | None, into: str | None) -> None:
    """Put a backup into service, in the place of what is there; the site is in maintenance meanwhile."""
    from etl.backups.command import run_restore  # noqa: PLC0415
    from etl.settings import load_settings  # noqa: PLC0415

    if [latest, file is not None, key is not None].count(True) != 1:
        raise click.UsageError("Say which backup: --latest, --file FILE or --key KEY.")
    restored = run_restore(load_settings(), file=file, key=key, into=into, progress=_say)
    before, after = restored.revisions
    click.echo(f"In service: {restored.backup.key}, of {restored.backup.made_at:%Y-%m-%d %H:%M} UTC.")
    if before != after:
        click.echo(f"Its tables were brought from version {before} to {after}.")
    if restored.kept_as:
        click.echo(
            f"What was there before is the database {restored.kept_as}, until the next restore; "
            f'`DROP DATABASE "{restored.kept_as}"` frees its space.'
        )


@click.command("maintenance")
def maintenance_command() -> None:
    """Close the site until this command is ended (Ctrl-C): its pages become the maintenance page."""
    from etl.cluster import running_cluster  # noqa: PLC0415
    from etl.database import Role, database_url  # noqa: PLC0415
    from etl.maintenance import maintenance  # noqa: PLC0415
    from etl.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    with running_cluster(settings), maintenance(database_url(settings, Role.OWNER)) as server:
        click.echo("The site is in maintenance. Ctrl-C opens it again.")
        try:
            while server.is_there():
                time.sleep(1)
        except KeyboardInterrupt:
            click.echo("The site is open.")


def _tell(stage: str) -> None:
    """Show a stage of long work to a person who watches."""
    if sys.stderr.isatty():
        _say(stage)


def _say(stage: str) -> None:
    click.echo(f"… {stage}", err=True)
