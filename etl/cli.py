"""The same steps without Airflow: `python -m etl <command>`.

Exit codes: 0 done, 1 refused or failed with one sentence, 2 wrong usage.
"""

import logging
import sys

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


def main() -> None:
    """Run the command line; an expected trouble is a sentence and exit 1, never a traceback."""
    try:
        commands(prog_name="python -m etl")
    except StepError as error:
        sys.exit(f"Refused: {error}" if not str(error).startswith("Refused") else str(error))
    except psycopg2.OperationalError as error:
        cause = str(error).strip()
        sys.exit(f"The database cannot be used: {cause}. Check DATABASE_URL and that the server runs.")
