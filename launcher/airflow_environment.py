"""The variables that Airflow's processes start with: its configuration, our settings, its connections."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy.engine import URL

from etl.settings import ROOT, Settings
from etl.storage import REQUESTS
from launcher.secrets import AirflowSecrets

USER = "admin"
# The account that the site publishes with: it may start DAGs and read what they do.
SITE_USER = "site"
TASKS_AT_ONCE = 4


@dataclass(frozen=True)
class Place:
    """Where one Airflow is: its address, its folders, its metadata database."""

    url: str
    home: Path
    log_dir: Path
    metadata_url: URL


def airflow_environment(settings: Settings, place: Place, secrets: AirflowSecrets) -> dict[str, str]:
    """Return all variables of the processes; what configures another Airflow of this person is left out."""
    inherited = {name: value for name, value in os.environ.items() if not is_foreign(name)}
    return {
        **inherited,
        **settings_variables(settings),
        **airflow_variables(place, secrets),
        **connections(settings),
        "AIRFLOW_HOME": str(place.home),
        "PYTHONPATH": str(ROOT),
    }


def airflow_variables(place: Place, secrets: AirflowSecrets) -> dict[str, str]:
    """Return Airflow's configuration for one machine."""
    sections: dict[str, dict[str, object]] = {
        "core": {
            "auth_manager": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
            "dags_folder": ROOT / "dags",
            "execution_api_server_url": f"{place.url}/execution/",
            "executor": "LocalExecutor",
            "fernet_key": secrets.fernet_key,
            "load_examples": False,
            "parallelism": TASKS_AT_ONCE,
            "plugins_folder": ROOT / "plugins",
            "simple_auth_manager_passwords_file": place.home / "passwords.json",
            "simple_auth_manager_users": f"{USER}:admin,{SITE_USER}:user",
        },
        "api": {"base_url": place.url, "secret_key": secrets.jwt_secret, "workers": 1},
        "api_auth": {"jwt_secret": secrets.jwt_secret},
        "dag_processor": {"refresh_interval": 10},
        "database": {"sql_alchemy_conn": place.metadata_url.render_as_string(hide_password=False)},
        "logging": {"base_log_folder": place.log_dir},
        # The end of a task is often noticed at its next heartbeat only, which comes every 5 s by default.
        "workers": {"min_heartbeat_interval": 1},
    }
    return {
        f"AIRFLOW__{section.upper()}__{name.upper()}": str(value)
        for section, values in sections.items()
        for name, value in values.items()
    }


def settings_variables(settings: Settings) -> dict[str, str]:
    """Return the settings as variables, for processes that read them anew."""
    values = {name: getattr(settings, name) for name in type(settings).model_fields}
    return {
        name.upper(): value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in values.items()
        if value is not None
    }


def connections(settings: Settings) -> dict[str, str]:
    """Return the connection `aws_default` as a variable where an object store is configured."""
    key, secret = settings.s3_access_key_id, settings.s3_secret_access_key
    if settings.s3_endpoint_url is None or key is None or secret is None:
        return {}
    extra = {
        "endpoint_url": settings.s3_endpoint_url,
        "region_name": settings.s3_region,
        "config_kwargs": {"s3": {"addressing_style": "path"}, **REQUESTS},
    }
    connection = {
        "conn_type": "aws",
        "login": key.get_secret_value(),
        "password": secret.get_secret_value(),
        "extra": extra,
    }
    return {"AIRFLOW_CONN_AWS_DEFAULT": json.dumps(connection)}


def is_foreign(variable: str) -> bool:
    """Tell whether a variable configures another Airflow of this person."""
    return variable.startswith("AIRFLOW__") or variable in {"AIRFLOW_HOME", "AIRFLOW_CONFIG"}
