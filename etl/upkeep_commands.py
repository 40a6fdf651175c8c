"""The commands that keep the service in order: purge of idle people, backup, restore, maintenance."""

import click


def add_to(commands: click.Group) -> None:
    """Make them commands of `python -m etl`."""
    for command in (purge_users_command,):
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
