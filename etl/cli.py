"""The same steps without Airflow: `python -m etl <command>`.

Exit codes: 0 done, 1 refused or failed with one sentence, 2 wrong usage.
"""

import logging
import sys
import uuid
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
import psycopg2

from etl import upkeep_commands
from etl.errors import StepError, TooManyFailuresError
from etl.logs import JsonFormatter, write_logs

if TYPE_CHECKING:
    from etl.reports import Report

log = logging.getLogger(__name__)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--verbose", is_flag=True, help="Say more on the standard error.")
@click.pass_context
def commands(context: click.Context, *, verbose: bool) -> None:
    """Run one step of the pipeline on this machine."""
    run = {"command": context.invoked_subcommand, "run": uuid.uuid4().hex}
    write_logs(_formatter(run), logging.INFO if verbose else logging.WARNING)


def _formatter(run: dict[str, str | None]) -> logging.Formatter:
    """Return lines for a person who watches; else JSON, with what tells one run from another."""
    if sys.stderr.isatty():
        return logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    return JsonFormatter(lambda: run)


@commands.command("transform-icpe")
@click.option("--establishments", required=True, metavar="FILE", help="s3ic-liste-etablissements.csv")
@click.option("--classements", required=True, metavar="FILE", help="sic-liste-rubriques.csv")
@click.option("--output", required=True, metavar="DIR", help="Where the six CSV files and the report go.")
@click.option(
    "--dated-on", type=click.DateTime(["%Y-%m-%d"]), help="Date of the extraction; today if not given."
)
@click.option("--accept-fewer-rows", is_flag=True, help="Publish even if 2 % of the rows or more are gone.")
def transform_icpe_command(
    *, establishments: str, classements: str, output: str, dated_on: datetime | None, accept_fewer_rows: bool
) -> None:
    """Step 1: from the two files of an S3IC extraction to the datasets. Needs no database."""
    # Arrow and pandas take a second to load: only the command that uses them pays for them.
    from upath import UPath  # noqa: PLC0415

    from etl.reports import published_report  # noqa: PLC0415
    from etl.s3ic import hidden_rubriques, transform_icpe  # noqa: PLC0415
    from etl.settings import load_settings  # noqa: PLC0415

    report = transform_icpe(
        establishments=UPath(establishments),
        classements=UPath(classements),
        output=UPath(output),
        dated_on=dated_on.date() if dated_on else None,
        previous=published_report(UPath(output)),
        accept_fewer_rows=accept_fewer_rows,
        hidden_volume_rubriques=hidden_rubriques(load_settings().hidden_volume_rubriques),
        progress=_tell,
    )
    click.echo(report.message)
    click.echo(f"The files are in {output}; {output}/report.json counts every line.")


@commands.command("migrate")
def migrate_command() -> None:
    """Bring the tables to the newest version, in DATABASE_URL or in the project's own cluster."""
    from etl.cluster import running_cluster  # noqa: PLC0415
    from etl.migrations import migrate  # noqa: PLC0415
    from etl.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    with running_cluster(settings):
        before, after = migrate(settings)
    click.echo(
        f"Tables: version {before or 'none'} → {after}." if before != after else f"Tables: version {after}."
    )


@commands.command("sync-icpe")
@click.option("--input", "folder", required=True, metavar="DIR", help="The output of transform-icpe.")
@click.option(
    "--dataset", type=click.Choice(["all", "idf", "sample"]), default="all", show_default=True,
    help="Which files; rows that they do not have are withdrawn.",
)  # fmt: skip
@click.option("--approve-deletions", is_flag=True, help="Go on even if more than 5 % would disappear.")
def sync_icpe_command(
    *, folder: str, dataset: Literal["all", "idf", "sample"], approve_deletions: bool
) -> None:
    """Step 4: from the datasets to the rows of the site, in one transaction."""
    from upath import UPath  # noqa: PLC0415

    from etl.settings import load_settings  # noqa: PLC0415
    from etl.sync.command import run  # noqa: PLC0415

    _conclude(
        run(load_settings(), UPath(folder), dataset, approve_deletions=approve_deletions, progress=_tell)
    )


@commands.command("sync-ams")
@click.option(
    "--archive", required=True, metavar="FILE", help="The orders in force: a ZIP of <cid>.json files."
)
@click.option("--nomenclature", metavar="FILE", help="classement_references.csv, loaded with it.")
@click.option("--approve-deletions", is_flag=True, help="Go on even if more than 5 % would disappear.")
def sync_ams_command(*, archive: str, nomenclature: str | None, approve_deletions: bool) -> None:
    """Step 4: from an archive of ministerial orders to the rows of the site, in one transaction."""
    from upath import UPath  # noqa: PLC0415

    from etl.settings import load_settings  # noqa: PLC0415
    from etl.sync.command import run_ams  # noqa: PLC0415

    references = UPath(nomenclature) if nomenclature else None
    _conclude(
        run_ams(
            load_settings(), UPath(archive), references, approve_deletions=approve_deletions, progress=_tell
        )
    )


@commands.command("sync-aps")
@click.option(
    "--input", "folder", required=True, metavar="DIR",
    help="aps_*.csv, there or in DIR/misc, and the statuses of the orders in DIR/ap.",
)  # fmt: skip
@click.option(
    "--dataset", type=click.Choice(["all", "idf", "sample"]), default="all", show_default=True,
    help="Which list; orders that it does not have are withdrawn.",
)  # fmt: skip
@click.option("--approve-deletions", is_flag=True, help="Go on even if more than 5 % would disappear.")
def sync_aps_command(
    *, folder: str, dataset: Literal["all", "idf", "sample"], approve_deletions: bool
) -> None:
    """Step 4: from the list of prefectoral orders and their texts to the rows of the site."""
    from upath import UPath  # noqa: PLC0415

    from etl.settings import load_settings  # noqa: PLC0415
    from etl.sync.command import run_aps  # noqa: PLC0415

    _conclude(
        run_aps(load_settings(), UPath(folder), dataset, approve_deletions=approve_deletions, progress=_tell)
    )


@commands.command("sync-nomenclature")
@click.option("--file", required=True, metavar="FILE", help="classement_references.csv")
def sync_nomenclature_command(*, file: str) -> None:
    """Step 4: from the file of the nomenclature to its table, in one transaction."""
    from upath import UPath  # noqa: PLC0415

    from etl.settings import load_settings  # noqa: PLC0415
    from etl.sync.command import run_nomenclature  # noqa: PLC0415

    _conclude(run_nomenclature(load_settings(), UPath(file)))


@commands.command("ocr")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option("--output", required=True, metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--strict", is_flag=True, help="Exit with 1 if a file could not be read.")
@click.option("--processes", type=click.IntRange(1, 64), help="Reading processes; one per core if not given.")
@click.option("--models", type=click.Path(path_type=Path, file_okay=False), help="Folder of fra.traineddata.")
def ocr_command(
    *, files: tuple[Path, ...], output: Path, strict: bool, processes: int | None, models: Path | None
) -> None:
    """Make PDFs searchable: NAME.pdf, NAME.txt and NAME.json in DIR. Needs no database."""
    from etl.ocr.command import describe, has_failed, run  # noqa: PLC0415 - only this command needs it

    failures = 0
    for result in run(files, output, processes=processes, models=models):
        failures += has_failed(result)
        click.echo(describe(result))
    if strict and failures:
        raise StepError(f"{failures} of {len(files)} files could not be read; their .json says why.")


@commands.command("update-aps")
@click.option("--ids", multiple=True, metavar="ID…", help="Only these orders (A/3/0123…).")
@click.argument("more_ids", nargs=-1, metavar="")
@click.option("--limit", type=click.IntRange(0), metavar="N", help="Read at most so many orders.")
@click.option("--redo", is_flag=True, help="Read those ids again; without ids: all failures, older engines.")
@click.option("--accept-fewer-rows", is_flag=True, help="Go on even if the source lists far fewer documents.")
def update_aps_command(
    *,
    ids: tuple[str, ...],
    more_ids: tuple[str, ...],
    limit: int | None,
    redo: bool,
    accept_fewer_rows: bool,
) -> None:
    """Step 2: fetch the list of orders, read those that are new, publish. Needs no database."""
    from etl.aps.command import run  # noqa: PLC0415 - only this command needs it
    from etl.aps.discovery import LIMIT, Wish  # noqa: PLC0415
    from etl.settings import load_settings  # noqa: PLC0415

    wish = Wish((*ids, *more_ids), redo, LIMIT if limit is None else limit)
    _conclude(run(load_settings(), wish, _tell, accept_fewer_rows=accept_fewer_rows))


@commands.command("import-ams")
@click.option("--archive", required=True, metavar="FILE", help="A published archive: a ZIP of <cid>.json.")
@click.option("--replace", is_flag=True, help="Make a new version of orders that were edited since.")
def import_ams_command(*, archive: str, replace: bool) -> None:
    """Fill the back-office from a published archive, losslessly; again changes nothing."""
    from upath import UPath  # noqa: PLC0415

    from etl.am_commands import run_import  # noqa: PLC0415
    from etl.settings import load_settings  # noqa: PLC0415

    _conclude(run_import(load_settings(), UPath(archive), replace=replace, progress=_tell))


@commands.command("export-ams")
@click.option(
    "--output", metavar="FILE.zip", type=click.Path(path_type=Path, dir_okay=False),
    help="Write the archive there; without it, it is published in the bucket am.",
)  # fmt: skip
def export_ams_command(*, output: Path | None) -> None:
    """Step 3: check the orders in force in the back-office and publish their archive."""
    from etl.am_commands import run_export  # noqa: PLC0415
    from etl.settings import load_settings  # noqa: PLC0415

    _conclude(run_export(load_settings(), output, _tell))


upkeep_commands.add_to(commands)


@commands.command("watch-orders")
def watch_orders_command() -> None:
    """Compare the published orders with Légifrance; say which changed there since they were last read."""
    from etl.settings import load_settings  # noqa: PLC0415
    from etl.upstream.command import run_watch  # noqa: PLC0415

    report, pages = run_watch(load_settings(), _tell)
    _conclude(report)
    for page in pages:
        click.echo(f"  {page}")


def _conclude(report: "Report") -> None:
    log.info("%s %s: %s", report.step, report.outcome, report.message)
    click.echo("Nothing changed." if report.outcome == "unchanged" else "Done.")
    click.echo(report.message)


def _tell(stage: str) -> None:
    """Show a stage of long work to a person who watches."""
    if sys.stderr.isatty():
        click.echo(f"… {stage}", err=True)


def main() -> None:
    """Run the command line; an expected trouble is a sentence and exit 1, never a traceback."""
    try:
        commands(prog_name="python -m etl")
    except TooManyFailuresError as error:
        sys.exit(f"Failed: {error}")
    except StepError as error:
        sys.exit(f"Refused: {error}" if not str(error).startswith("Refused") else str(error))
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        sys.exit(
            f"Files cannot be read or written: {place}{error.strerror or error}. What was there is untouched."
        )
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
        cause = str(error).strip()
        sys.exit(f"The database cannot be used: {cause}. Check DATABASE_URL and that the server runs.")
