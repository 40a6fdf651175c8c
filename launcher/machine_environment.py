"""The settings of one machine without containers, with fresh secrets, as systemd and shells read them."""

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from sqlalchemy.engine import make_url

from launcher.airflow_environment import Place, airflow_variables
from launcher.secrets import KEY_BYTES, PASSWORD_BYTES, AirflowSecrets

if TYPE_CHECKING:
    from launcher.units import Machine

HEADER = """\
# Settings and secrets of the service: docs/operations/settings.md says what each one means. Values with more
# than letters and digits stand between single quotes; systemd and shells read them alike.
"""
ROLES = ("owner", "etl", "web", "backoffice", "backup")
BUCKETS = ("misc", "ap", "am", "backup")


def machine_environment(machine: "Machine") -> dict[str, str]:
    """Return every variable of a machine, all secrets made anew."""
    host = urlsplit(machine.site_url).hostname or ""
    return {
        **database_addresses(machine),
        **{f"{name.upper()}_BUCKET": str(machine.state / "buckets" / name) for name in BUCKETS},
        "RUN_DIR": str(machine.state),
        "SITE_URL": machine.site_url,
        "ALLOWED_HOSTS": host,
        "TRUSTED_PROXIES": "1",
        "SECRET_KEY": secrets.token_urlsafe(KEY_BYTES),
        "METRICS_TOKEN": secrets.token_urlsafe(KEY_BYTES),
        "WEB_PORT": str(machine.site_port),
        # The site runs twice.
        "WEB_WORKERS": "1",
        "SYNC_DATASET": "sample" if machine.is_staging else "all",
        "GEORISQUES_DUMP_URL": "",
        "GEORISQUES_DOCUMENTS_URL": "",
        "SLACK_WEBHOOK_URL": "",
        **airflow(machine),
    }


def database_addresses(machine: "Machine") -> dict[str, str]:
    """Return an address with a password of its own for each role."""
    database = database_name(machine)
    address = {
        role: f"postgresql://envinorma_{role}:{secrets.token_urlsafe(24)}@{server(machine)}/{database}"
        for role in ROLES
    }
    return {
        "DATABASE_URL": address["owner"],
        "ETL_DATABASE_URL": address["etl"],
        "WEB_DATABASE_URL": address["web"],
        "BACKOFFICE_DATABASE_URL": address["backoffice"],
        "BACKUP_DATABASE_URL": address["backup"],
    }


def database_name(machine: "Machine") -> str:
    """Return the name of the database: that of staging cannot be taken for the other."""
    return "envinorma_staging" if machine.is_staging else "envinorma"


def server(machine: "Machine") -> str:
    """Return where Postgres listens; logins belong to a whole server, so staging has one of its own."""
    return f"127.0.0.1:{machine.postgres_port}"


def airflow(machine: "Machine") -> dict[str, str]:
    """Return Airflow's variables, its own database among them; none where it does not run here."""
    if not machine.has_airflow:
        return {}
    place = Place(
        url=f"http://127.0.0.1:{machine.airflow_port}",
        home=machine.state / "airflow",
        log_dir=machine.state / "airflow" / "logs",
        metadata_url=make_url(f"postgresql+psycopg2://airflow@{server(machine)}/airflow").set(
            password=secrets.token_urlsafe(24)
        ),
    )
    made = AirflowSecrets(
        password=secrets.token_urlsafe(PASSWORD_BYTES),
        fernet_key=Fernet.generate_key().decode("ascii"),
        jwt_secret=secrets.token_urlsafe(KEY_BYTES),
    )
    variables = airflow_variables(place, made) | {
        "AIRFLOW__CORE__DAGS_FOLDER": str(machine.root / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(machine.root / "plugins"),
        "AIRFLOW_URL": place.url,
        # For the button « Publier » of the back-office.
        "AIRFLOW_API_URL": place.url,
        "AIRFLOW_API_USER": "site",
        "AIRFLOW_API_PASSWORD": secrets.token_urlsafe(PASSWORD_BYTES),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin,site:user",
        "AIRFLOW_HOME": str(place.home),
        # The simple sign-in is for this machine alone (docs/decisions/0007).
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(machine.airflow_port),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
    }
    if machine.has_workers:
        variables |= {
            "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
            "AIRFLOW__CELERY__BROKER_URL": "redis://127.0.0.1:6379/0",
        }
    return variables


def render_environment(variables: Mapping[str, str]) -> str:
    """Return a file of variables.

    Raises:
        ValueError: a value holds a quote or a line end, which not all readers of such files take alike.
    """
    lines = []
    for name, value in variables.items():
        if "'" in value or "\n" in value:
            raise ValueError(f"{name} holds a quote or a line end.")
        lines.append(f"{name}={value}\n" if value.isalnum() or not value else f"{name}='{value}'\n")
    return HEADER + "".join(lines)
