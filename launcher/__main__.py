"""`python -m launcher run`, inside the project's environment (`make run` prepares it)."""

import argparse
import sys
from pathlib import Path

from etl.errors import StepError
from etl.settings import load_settings
from launcher.console import LaunchError
from launcher.run import run


def main() -> int:
    """Run a command; what hinders it is a sentence and exit 1."""
    parser = argparse.ArgumentParser(prog="python -m launcher", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="start database, Airflow and site, and load data")
    running.add_argument("--data", type=Path, help="a folder laid out as demo/; the demo where not given")
    arguments = parser.parse_args()
    try:
        return run(load_settings(), arguments.data)
    except (LaunchError, StepError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
