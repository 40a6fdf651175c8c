"""The same steps without Airflow: `python -m etl <command>`.

Exit codes: 0 done, 1 refused or failed with one sentence, 2 wrong usage.
"""

import logging
import sys
from datetime import datetime

import click
import psycopg2

from etl.errors import StepError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--verbose", is_flag=True, help="Say more on the standard error.")
def commands(*, verbose: bool) -> None:
    """Run one step of the pipeline on this machine."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(asctime)s %(levelname)s %(message)s"
    )


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


def _tell(stage: str) -> None:
    """Show a stage of long work to a person who watches."""
    if sys.stderr.isatty():
        click.echo(f"… {stage}", err=True)


def main() -> None:
    """Run the command line; an expected trouble is a sentence and exit 1, never a traceback."""
    try:
        commands(prog_name="python -m etl")
    except StepError as error:
        sys.exit(f"Refused: {error}" if not str(error).startswith("Refused") else str(error))
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        sys.exit(
            f"Files cannot be read or written: {place}{error.strerror or error}. What was there is untouched."
        )
    except psycopg2.OperationalError as error:
        cause = str(error).strip()
        sys.exit(f"The database cannot be used: {cause}. Check DATABASE_URL and that the server runs.")
