"""`python -m launcher units`: from its options to a machine, and what to do with what was written."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from etl.settings import ROOT
from launcher.nginx import Door
from launcher.units import Machine, write_units

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  (argparse names it nowhere else)


def add_units(commands: "Commands") -> None:
    """Add the command and its options."""
    units = commands.add_parser("units", help="write units of systemd and supervisor, nginx and settings")
    units.add_argument("--output", type=Path, required=True, metavar="DIR", help="the folder to write into")
    units.add_argument("--site-url", required=True, metavar="URL", help="https address of the site")
    units.add_argument("--root", type=Path, default=ROOT, help="where the code lies; default: here")
    units.add_argument("--user", default="envinorma", help="account of the service; default: envinorma")
    units.add_argument(
        "--state", type=Path, default=Machine.state, help=f"its data; default: {Machine.state}"
    )
    units.add_argument("--logs", type=Path, default=Machine.logs, help=f"its logs; default: {Machine.logs}")
    units.add_argument("--environment", type=Path, default=Machine.environment, help="its settings")
    units.add_argument(
        "--site-port", type=int, default=Machine.site_port, help="of the site on 127.0.0.1, and the next"
    )
    units.add_argument("--airflow-port", type=int, default=Machine.airflow_port, help="on 127.0.0.1")
    units.add_argument("--postgres-port", type=int, default=Machine.postgres_port, help="on 127.0.0.1")
    units.add_argument("--certificate", default=Door.certificate, help="chain of the site, PEM")
    units.add_argument("--certificate-key", default=Door.certificate_key, help="its key, PEM")
    units.add_argument(
        "--visitor-rate", type=int, default=Door.visitor_rate, help="requests a second and address"
    )
    units.add_argument("--without-airflow", action="store_true", help="this machine shows the site only")
    units.add_argument(
        "--workers", action="store_true", help="Celery workers, behind the Redis of this machine"
    )
    units.add_argument("--staging", action="store_true", help="the dataset `sample`, a database of its own")


def write_machine(arguments: argparse.Namespace) -> str:
    """Write the folder of the options; return what is next."""
    machine = Machine(
        site_url=arguments.site_url,
        root=arguments.root.absolute(),
        user=arguments.user,
        state=arguments.state,
        logs=arguments.logs,
        environment=arguments.environment,
        site_port=arguments.site_port,
        airflow_port=arguments.airflow_port,
        postgres_port=arguments.postgres_port,
        has_airflow=not arguments.without_airflow,
        has_workers=arguments.workers,
        is_staging=arguments.staging,
        door=Door(
            certificate=arguments.certificate,
            certificate_key=arguments.certificate_key,
            visitor_rate=arguments.visitor_rate,
        ),
    )
    write_units(machine, arguments.output)
    return (
        f"Written into {arguments.output}. Look at {arguments.output}/environment, then: "
        f"sudo sh {arguments.output}/install.sh systemd (or supervisor)."
    )
