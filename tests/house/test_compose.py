"""The compose file: no engine runs it here, so all that it names is looked up."""

import json
import os
import re
import shlex
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic import SecretStr

from etl import storage
from etl.cli import commands
from etl.settings import ROOT, Settings
from launcher.nginx import FOR_CONTAINERS, render_for_containers

COMPOSE = ROOT / "docker-compose.yaml"
SETTINGS = {name.upper() for name in Settings.model_fields}
# Read by the images themselves (postgres, Garage), by compose, and by Airflow for its connections.
OFFICIAL = {
    "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS",
    "MONITOR_DATABASE_URL", "GRAFANA_PASSWORD", "GRAFANA_PORT",
    "GF_SECURITY_ADMIN_PASSWORD", "GF_ANALYTICS_REPORTING_ENABLED", "GF_ANALYTICS_CHECK_FOR_UPDATES",
    "GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES", "GF_USERS_ALLOW_SIGN_UP",
    "GARAGE_DEFAULT_BUCKET", "GARAGE_RPC_SECRET", "AIRFLOW_CONN_AWS_DEFAULT", "COMPOSE_PROFILES",
    "COMPOSE_PROJECT_NAME", "SECRETS_DIR", "WEB_TLS_PORT", "AWS_SHARED_CREDENTIALS_FILE", "MONITOR_DATABASE",
    "MONITOR_PASSWORD", "DATA_SOURCE_URI", "DATA_SOURCE_USER", "DATA_SOURCE_PASS",
    "GARAGE_ALLOW_WORLD_READABLE_SECRETS",
}  # fmt: skip
# Of the project's own cluster, which no container has.
OF_THE_LOCAL_RUN = {"POSTGRES_PORT"}
ONE_SHOT = {"prepare", "check"}


def new_environment(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "docker/new_env.py"), *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.fixture(scope="module")
def fresh() -> dict[str, str]:
    """The variables of a fresh `.env`."""
    return dict(line.split("=", 1) for line in new_environment("-").stdout.splitlines())


@pytest.fixture(scope="module")
def rendered(fresh: dict[str, str]) -> dict[str, Any]:
    """The compose file as the engine would read it, every profile included."""
    done = subprocess.run(
        [
            str(ROOT / ".venv/bin/docker-compose"),
            "-f",
            str(COMPOSE),
            "--profile",
            "*",
            "config",
            "--format",
            "json",
        ],
        env={"PATH": os.environ["PATH"], **fresh},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rendered: dict[str, Any] = json.loads(done.stdout)
    return rendered


@pytest.fixture(scope="module")
def services(rendered: dict[str, Any]) -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = rendered["services"]
    return services


@pytest.fixture(scope="module")
def airflow_options() -> set[str]:
    """Every option of Airflow and its Celery provider, as the variable that sets it."""
    from airflow.configuration import conf

    conf.load_providers_configuration()
    sections = conf.configuration_description
    return {
        f"AIRFLOW__{section.upper()}__{name.upper()}"
        for section, content in sections.items()
        for name in content["options"]
    }


def given_to(service: dict[str, Any]) -> dict[str, str]:
    """The variables of a service; NAME_FILE and NAME_CMD count as NAME, whose value they lead to."""
    return {
        re.sub(r"(?<!GUN_THEMES)(?<!PASSWORDS)(?<!CREDENTIALS)_(_?FILE|CMD)$", "", name): value
        for name, value in (service.get("environment") or {}).items()
    }


def secrets_of(service: dict[str, Any]) -> set[str]:
    """The files of secrets that a service is handed."""
    return {secret["source"] for secret in service.get("secrets") or []}


def interpolated() -> set[str]:
    """The names of all variables that the compose file takes from `.env`."""
    return set(re.findall(r"\$\{([A-Z0-9_]+)", COMPOSE.read_text(encoding="utf-8")))


@pytest.mark.airflow
def test_every_variable_is_one_of_the_settings_or_official(services, airflow_options) -> None:
    given = {name for service in services.values() for name in given_to(service)}
    known = SETTINGS | OFFICIAL | airflow_options
    assert sorted((given | interpolated()) - known) == []


@pytest.mark.airflow
def test_a_fresh_env_holds_known_variables_and_all_that_is_insisted_on(fresh, airflow_options) -> None:
    insisted = set(re.findall(r"\$\{([A-Z0-9_]+):\?", COMPOSE.read_text(encoding="utf-8")))
    assert sorted(set(fresh) - (SETTINGS | OFFICIAL | airflow_options)) == []
    assert sorted(insisted - {name for name, value in fresh.items() if value}) == []


def test_every_setting_reaches_a_container(services) -> None:
    given = {name for service in services.values() for name in given_to(service)}
    assert sorted(SETTINGS - given - interpolated() - OF_THE_LOCAL_RUN) == []


def test_defaults_are_those_of_the_settings() -> None:
    text = COMPOSE.read_text(encoding="utf-8")
    own = {"MISC_BUCKET", "AP_BUCKET", "AM_BUCKET", "BACKUP_BUCKET", "S3_ENDPOINT_URL", "S3_REGION"}
    written = {
        name: value for name, value in re.findall(r"\$\{([A-Z0-9_]+):-([^}]*)\}", text) if name in SETTINGS
    }
    for name in written.keys() - own:
        default = Settings.model_fields[name.lower()].default
        assert written[name] == ("" if default is None else str(default)), name


def is_secret(name: str) -> bool:
    field = Settings.model_fields.get(name.lower())
    return (field is not None and SecretStr in get_args(field.annotation)) or name in {
        "POSTGRES_PASSWORD", "MONITOR_DATABASE_URL", "GRAFANA_PASSWORD",
        "GARAGE_RPC_SECRET", "GARAGE_DEFAULT_SECRET_KEY", "AIRFLOW__CORE__FERNET_KEY",
        "AIRFLOW__API__SECRET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
    }  # fmt: skip


def test_no_secret_is_a_variable() -> None:
    """Variables are seen by `docker inspect` and in crash reports: secrets are files."""
    for name, service in yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"].items():
        named = [variable for variable in service.get("environment") or {} if is_secret(variable)]
        assert named == [], name


def test_every_secret_is_handed_to_those_that_name_it(rendered, services) -> None:
    for name, service in services.items():
        named = set(re.findall(r"/run/secrets/(\w+)", json.dumps(service.get("environment") or {})))
        handed = {secret["target"].rpartition("/")[2] for secret in service.get("secrets") or []}
        assert named <= handed, name
    assert {name for service in services.values() for name in secrets_of(service)} == set(rendered["secrets"])
    assert all(secret["file"] for secret in rendered["secrets"].values())


@pytest.mark.airflow
def test_airflow_reads_its_secrets_from_commands() -> None:
    from airflow.configuration import conf

    text = COMPOSE.read_text(encoding="utf-8")
    by_command = re.findall(r"AIRFLOW__([A-Z_]+?)__([A-Z_]+)_CMD: cat /run/secrets/(\w+)", text)
    assert len(by_command) == 4
    for section, option, file in by_command:
        assert (section.lower(), option.lower()) in conf.sensitive_config_values
        assert file == f"airflow__{section}__{option}".lower()


@pytest.mark.parametrize(
    ("variable", "allowed"),
    [
        ("DATABASE_URL", {"postgres", "prepare"}),
        ("POSTGRES_PASSWORD", {"postgres"}),
        ("BACKOFFICE_DATABASE_URL", {"postgres", "webapp", "check"}),
        ("BACKUP_DATABASE_URL", {"postgres", "prepare", "airflow-scheduler", "airflow-worker"}),
        ("BACKUP_S3_SECRET_ACCESS_KEY", {"prepare", "airflow-scheduler", "airflow-worker"}),
        ("MONITOR_DATABASE_URL", {"postgres"}),
        ("MONITOR_PASSWORD", {"postgres-exporter"}),
        ("TLS_KEY", {"nginx"}),
        ("METRICS_TOKEN", {"webapp", "check", "prometheus"}),
        ("WEB_DATABASE_URL", {"postgres", "webapp", "check"}),
        ("SECRET_KEY", {"webapp", "check"}),
        ("AIRFLOW_API_PASSWORD", {"prepare", "webapp", "check"}),
    ],
)
def test_a_secret_goes_only_where_it_is_needed(services, variable, allowed) -> None:
    handed = {name for name, service in services.items() if variable.lower() in secrets_of(service)}
    assert handed == allowed


def test_the_connection_of_airflow_is_that_of_the_settings(services, fresh) -> None:
    connection = json.loads(services["airflow-scheduler"]["environment"]["AIRFLOW_CONN_AWS_DEFAULT"])
    assert {"login", "password"}.isdisjoint(connection), "boto takes the keys from a file"
    assert connection["extra"] == {
        "endpoint_url": fresh["S3_ENDPOINT_URL"],
        "region_name": fresh["S3_REGION"],
        "config_kwargs": {"s3": {"addressing_style": "path"}, **storage.REQUESTS},
    }


def test_the_store_listens_where_the_settings_look(fresh) -> None:
    garage = tomllib.loads((ROOT / "docker/garage.toml").read_text(encoding="utf-8"))
    assert garage["s3_api"]["s3_region"] == fresh["S3_REGION"]
    assert fresh["S3_ENDPOINT_URL"] == f"http://store:{garage['s3_api']['api_bind_addr'].rpartition(':')[2]}"
    assert {"s3_web", "admin"}.isdisjoint(garage), "nothing of the store is public"


def test_services_are_locked_down_watched_and_bounded(services) -> None:
    for name, service in services.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert int(service["deploy"]["resources"]["limits"]["memory"]) > 0, name
        assert service["restart"] == ("no" if name in ONE_SHOT else "unless-stopped"), name
        assert ("healthcheck" in service) == (name not in ONE_SHOT), name


def test_nothing_runs_as_root(services) -> None:
    for name, service in services.items():
        build = service.get("build")
        if build is None:
            assert service.get("user") or "unprivileged" in service["image"], name
        else:
            recipe = (ROOT / build["dockerfile"]).read_text(encoding="utf-8")
            users = re.findall(r"^USER (\d+)", recipe, flags=re.MULTILINE)
            assert users, name
            assert int(users[-1]) > 0, name


def test_only_the_site_is_published_and_airflow_on_the_loopback(services) -> None:
    published = {
        name: [port.get("host_ip", "everywhere") for port in service["ports"]]
        for name, service in services.items()
        if service.get("ports")
    }
    assert published == {
        "nginx": ["everywhere", "everywhere"],
        "airflow-apiserver": ["127.0.0.1"],
        "grafana": ["127.0.0.1"],
    }


def test_what_holds_data_cannot_reach_the_outside(rendered, services) -> None:
    inside = {name for name, network in rendered["networks"].items() if (network or {}).get("internal")}
    for name in ("postgres", "store", "redis"):
        assert set(services[name]["networks"]) <= inside


def test_the_site_has_a_way_to_the_api_of_airflow_and_to_nothing_else_there(services) -> None:
    near = set(services["webapp"]["networks"]) | set(services["nginx"]["networks"])
    neighbours = {name for name, service in services.items() if near & set(service["networks"])}
    # Prometheus asks the site; the other way, nothing of it answers but what it measures.
    assert neighbours == {"webapp", "nginx", "postgres", "store", "airflow-apiserver", "prometheus", "check"}
    shared = set(services["webapp"]["networks"]) & set(services["airflow-apiserver"]["networks"])
    assert {name for name, service in services.items() if shared & set(service["networks"])} == {
        "webapp",
        "airflow-apiserver",
    }


def test_the_site_publishes_with_an_account_that_may_not_administer(services) -> None:
    users = services["airflow-apiserver"]["environment"]["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"]
    roles = dict(user.split(":") for user in users.split(","))
    site = services["webapp"]["environment"]
    assert roles[site["AIRFLOW_API_USER"]] == "user"
    assert site["AIRFLOW_API_URL"] == "http://airflow-apiserver:8080"


def test_nginx_passes_on_to_the_port_of_the_site() -> None:
    recipe = (ROOT / "docker/webapp.Dockerfile").read_text(encoding="utf-8")
    (port,) = re.findall(r"^EXPOSE (\d+)", recipe, flags=re.MULTILINE)
    assert f"set $site http://webapp:{port};" in FOR_CONTAINERS.read_text(encoding="utf-8")
    assert "include /etc/nginx/site.conf;" in (ROOT / "docker/nginx.conf").read_text(encoding="utf-8")


def test_nginx_of_the_containers_is_that_of_the_template() -> None:
    assert FOR_CONTAINERS.read_text(encoding="utf-8") == render_for_containers(), "run `make format`"


def test_the_site_listens_where_its_recipe_says() -> None:
    recipe = (ROOT / "docker/webapp.Dockerfile").read_text(encoding="utf-8")
    (port,) = re.findall(r"^EXPOSE (\d+)", recipe, flags=re.MULTILINE)
    assert f'"0.0.0.0:{port}"' in recipe


@pytest.mark.airflow
def test_airflow_knows_the_commands(services) -> None:
    from airflow.cli import cli_parser

    parser = cli_parser.get_parser()
    given = [
        service["command"]
        for service in services.values()
        if (service.get("command") or [""])[0] == "airflow"
    ]
    script = (ROOT / "docker/prepare.sh").read_text(encoding="utf-8")
    given += [shlex.split(line) for line in script.splitlines() if line.startswith("airflow ")]
    assert len(given) >= 6
    for command in given:
        parser.parse_args(command[1:])


def test_files_and_commands_that_are_run_exist(services) -> None:
    in_images = "".join((ROOT / f"docker/{name}.Dockerfile").read_text() for name in ("airflow", "webapp"))
    script = (ROOT / "docker/prepare.sh").read_text(encoding="utf-8")
    words = [*script.split()]
    for service in services.values():
        words += service.get("command") or []
        words += service.get("healthcheck", {}).get("test", [])
    for path in re.findall(r"docker/\w+\.\w+", " ".join(words)):
        assert path in in_images, path
    assert re.findall(r"python -m etl (\S+)", script) == ["migrate"]
    assert "migrate" in commands.commands


def test_mounted_files_exist(services) -> None:
    for service in services.values():
        for volume in service.get("volumes", []):
            if volume["type"] == "bind":
                assert Path(volume["source"]).exists(), volume["source"]
                assert volume["read_only"], volume["source"]


# --- the script that writes a fresh .env


def test_fresh_secrets_are_for_their_owner_alone_and_never_replaced(tmp_path) -> None:
    folder = tmp_path / "house"
    done = new_environment("--host", "site.example", str(folder))
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
    # The engine hands single files to other accounts: the folder is what is closed.
    assert stat.S_IMODE((folder / "secrets").stat().st_mode) == 0o700
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    again = new_environment(str(folder))
    assert again.returncode == 1
    assert "is there already" in again.stderr
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_fresh_house_has_every_secret_and_none_in_its_env(tmp_path, rendered) -> None:
    assert new_environment("--host", "site.example", str(tmp_path / "house")).returncode == 0
    folder = tmp_path / "house" / "secrets"
    wanted = {Path(secret["file"]).name for secret in rendered["secrets"].values()}
    assert wanted - {path.name for path in folder.iterdir()} == set()
    env = (tmp_path / "house" / ".env").read_text(encoding="ascii")
    assert "SITE_URL=https://site.example\n" in env
    assert "ALLOWED_HOSTS=site.example\n" in env
    values = {path.read_text(encoding="ascii").strip() for path in folder.iterdir()} - {""}
    assert [value for value in values if value in env] == []


def test_staging_has_its_own_names_and_the_small_dataset(tmp_path) -> None:
    folder = tmp_path / "house"
    assert new_environment("--staging", "--host", "staging.example", str(folder)).returncode == 0
    env = (folder / ".env").read_text(encoding="ascii")
    for line in ("COMPOSE_PROJECT_NAME=envinorma-staging", "COMPOSE_PROFILES=staging", "SYNC_DATASET=sample"):
        assert f"{line}\n" in env
    address = (folder / "secrets" / "web_database_url").read_text(encoding="ascii")
    assert address.endswith("@postgres:5432/envinorma_staging")


def test_two_fresh_envs_share_no_secret(fresh) -> None:
    other = dict(line.split("=", 1) for line in new_environment("-").stdout.splitlines())
    assert [name for name in fresh if is_secret(name) and fresh[name] and fresh[name] == other[name]] == []
