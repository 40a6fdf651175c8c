"""`python -m launcher run`, inside the project's environment (`make run` prepares it)."""

import argparse
import sys
from pathlib import Path

from etl.errors import StepError
from etl.settings import load_settings
from launcher.audit import print_audit
from launcher.console import LaunchError
from launcher.env_example import write_env_example
from launcher.nginx import write_for_containers
from launcher.reset import reset
from launcher.run import run
from launcher.units_command import add_units, write_machine


def main() -> int:
    """Run a command; what hinders it is a sentence and exit 1."""
    parser = argparse.ArgumentParser(prog="python -m launcher", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="start database, Airflow and site, and load data")
    running.add_argument("--data", type=Path, help="a folder laid out as demo/; the demo where not given")
    commands.add_parser("reset", help="forget the database, buckets and logs of local runs")
    commands.add_parser(
        "env-example", help="write .env.example, its table in the manual, nginx of the containers"
    )
    commands.add_parser("audit", help="known vulnerabilities of the locked packages")
    add_units(commands)
    arguments = parser.parse_args()
    try:
        return execute(arguments)
    except (LaunchError, StepError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


def execute(arguments: argparse.Namespace) -> int:
    """Run the chosen command and return its exit code."""
    if arguments.command == "run":
        return run(load_settings(), arguments.data)
    if arguments.command == "audit":
        return print_audit()
    if arguments.command == "reset":
        reset(load_settings())
    elif arguments.command == "units":
        print(write_machine(arguments))
    else:
        write_env_example()
        write_for_containers()
    return 0


if __name__ == "__main__":
    sys.exit(main())
