"""What one machine without containers needs: units of systemd and supervisor, nginx, settings, in a folder.

The templates are in `deploy/`; `@NAME@` in them is replaced. Units hold no secret: all are in `environment`,
which `install.sh` puts where the service's account alone reads it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from etl.settings import ROOT
from launcher.console import LaunchError
from launcher.machine_environment import machine_environment, render_environment
from launcher.nginx import Door, render_site
from launcher.secrets import write_private

TEMPLATES = ROOT / "deploy"
PLACEHOLDER = re.compile(r"@[A-Z][A-Z_0-9]*@")
PLAIN = re.compile(r"[A-Za-z0-9._/@:+-]+")
# Airflow's processes on one machine; the last two arguments of the api-server are in the environment.
AIRFLOW_PROCESSES = ("api-server", "scheduler", "dag-processor", "triggerer")
QUEUES = ("default", "ocr")
# Values that are several words.
WORDS = {"SERVICES", "SITE_PORTS", "PROCESSES", "MIGRATIONS"}


@dataclass(frozen=True)
class Machine:
    """One machine: where things lie, who runs them, how visitors come in."""

    site_url: str
    root: Path = ROOT
    user: str = "envinorma"
    state: Path = Path("/var/lib/envinorma")
    logs: Path = Path("/var/log/envinorma")
    environment: Path = Path("/etc/envinorma/environment")
    site_port: int = 8000
    airflow_port: int = 8080
    postgres_port: int = 5432
    has_airflow: bool = True
    has_workers: bool = False
    is_staging: bool = False
    door: Door = field(default_factory=Door)

    @property
    def services(self) -> list[str]:
        """The units of systemd that run, in the order of their start."""
        processes = AIRFLOW_PROCESSES if self.has_airflow else ()
        workers = QUEUES if self.has_workers else ()
        return [
            "envinorma-prepare.service",
            *(f"envinorma-site@{port}.socket" for port in self.site_ports),
            *(f"envinorma-site@{port}.service" for port in self.site_ports),
            *(f"envinorma-airflow@{name}.service" for name in processes),
            *(f"envinorma-worker@{queue}.service" for queue in workers),
        ]

    @property
    def site_ports(self) -> tuple[int, int]:
        """The site runs twice: one answers while the other restarts."""
        return self.site_port, self.site_port + 1

    def values(self) -> dict[str, str]:
        """Return what the placeholders of the templates stand for."""
        return {
            "ROOT": str(self.root),
            "USER": self.user,
            "STATE": str(self.state),
            "LOGS": str(self.logs),
            "ENVIRONMENT": str(self.environment),
            "SERVICES": " ".join(self.services),
            "SITE_PORTS": " ".join(map(str, self.site_ports)),
            "PROCESSES": " ".join(AIRFLOW_PROCESSES if self.has_airflow else ()),
            "MIGRATIONS": "sh docker/prepare.sh" if self.has_airflow else "python -m etl migrate",
        }


def write_units(machine: Machine, output: Path) -> None:
    """Write everything for a machine into a folder; secrets that are there already stay.

    Raises:
        LaunchError: SITE_URL is not an https address, or a path holds what units cannot.
    """
    check(machine)
    write(output / "systemd", systemd_units(machine))
    write(output / "supervisor", {"envinorma.conf": supervisor_programs(machine)})
    host = urlsplit(machine.site_url).hostname or ""
    site = render_site(machine.door, host, machine.site_ports, machine.root)
    write(output / "nginx", {"envinorma.conf": site})
    scripts = ("install.sh", "update.sh")
    write(output, {name: render((TEMPLATES / name).read_text("utf-8"), machine.values()) for name in scripts})
    environment = output / "environment"
    if not environment.exists():
        write_private(environment, render_environment(machine_environment(machine)))


def check(machine: Machine) -> None:
    """Refuse what would make units that do not work.

    Raises:
        LaunchError: the sentence says what to change.
    """
    address = urlsplit(machine.site_url)
    if address.scheme != "https" or not address.hostname:
        raise LaunchError(
            f"{machine.site_url!r} is not the https address of the site: give --site-url https://HOST."
        )
    for name, value in {**machine.values(), "certificate": machine.door.certificate}.items():
        if name not in WORDS and not PLAIN.fullmatch(str(value)):
            raise LaunchError(
                f"{name.lower()} is {str(value)!r}: spaces and special characters do not go into units."
            )


def systemd_units(machine: Machine) -> dict[str, str]:
    """Return the units of systemd by file name."""
    values = machine.values()
    hardening = (TEMPLATES / "systemd" / "hardening.conf").read_text("utf-8").rstrip()
    values["HARDENING"] = render(hardening, values)
    wanted = {re.sub(r"@.*\.", "@.", name) for name in machine.services} | {"envinorma.target"}
    return {
        name: render((TEMPLATES / "systemd" / name).read_text("utf-8"), values).rstrip() + "\n"
        for name in sorted(wanted)
    }


def supervisor_programs(machine: Machine) -> str:
    """Return the programs of supervisor in one text."""
    values = machine.values()
    head, site = ((TEMPLATES / f"supervisor_{name}.conf").read_text("utf-8") for name in ("head", "site"))
    texts = [render(head, values)]
    texts += [render(site, {**values, "SITE_PORT": str(port)}) for port in machine.site_ports]
    airflow = (TEMPLATES / "supervisor_airflow.conf").read_text("utf-8")
    processes = {name: name for name in (AIRFLOW_PROCESSES if machine.has_airflow else ())}
    if machine.has_workers:
        processes |= {
            f"worker-{queue}": f"celery worker --queues {queue} --concurrency 1" for queue in QUEUES
        }
    texts += [
        render(airflow, {**values, "NAME": name, "ARGUMENTS": arguments})
        for name, arguments in processes.items()
    ]
    return "".join(texts)


def render(template: str, values: Mapping[str, str]) -> str:
    """Return a template with its placeholders replaced.

    Raises:
        KeyError: it holds one that has no value.
    """
    return PLACEHOLDER.sub(lambda found: values[found[0].strip("@")], template)


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
