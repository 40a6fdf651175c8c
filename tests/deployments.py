"""A well-kept deployment for tests of `flask check`, and what can be changed in it for the worse."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg2
from pydantic import SecretStr
from sqlalchemy.engine import URL

from etl.database import libpq_url, normalise_url
from etl.settings import ROOT, Settings
from webapp import application
from webapp.deployment.surroundings import Surroundings

PASSWORD = secrets.token_hex(16)
Change = Callable[[Surroundings], Surroundings]


@dataclass(frozen=True)
class House:
    """A well-kept deployment, and the door to its database for whoever keeps it."""

    place: Surroundings
    server: URL

    def administer(self, *statements: str) -> None:
        """Run statements as a superuser; `@web` stands for the login of the site."""
        connection = psycopg2.connect(libpq_url(self.server), connect_timeout=10)
        try:
            connection.autocommit = True
            for statement in statements:
                connection.cursor().execute(statement.replace("@web", self.login("web")))
        finally:
            connection.close()

    def login(self, role: str) -> str:
        """Return the login of a role."""
        given = getattr(self.place.settings, f"{role}_database_url").get_secret_value()
        return str(normalise_url(given, self.place.settings).username)


def good_place(settings: Settings, server: URL, logins: dict[str, str], folder: Path) -> Surroundings:
    """Return surroundings in which nothing is wrong."""
    for name in ("misc", "ap", "am"):
        (folder / name).mkdir()
    passwords = folder / "passwords.json"
    passwords.write_text(json.dumps({"admin": secrets.token_urlsafe(24)}), encoding="utf-8")
    env_file = folder / ".env"
    env_file.write_text("", encoding="utf-8")
    env_file.chmod(0o600)
    (folder / ".env.example").write_text(
        (ROOT / ".env.example").read_text(encoding="utf-8"), encoding="utf-8"
    )
    addresses = {
        f"{role}_database_url": SecretStr(libpq_url(server.set(username=login, password=PASSWORD)))
        for role, login in logins.items()
    }
    buckets = {f"{name}_bucket": str(folder / name) for name in ("misc", "ap", "am")}
    return Surroundings(
        settings.model_copy(
            update={
                **addresses, **buckets,
                "database_url": None,
                "secret_key": SecretStr(secrets.token_urlsafe(48)),
                "site_url": "https://inspection.invalid",
                "allowed_hosts": "inspection.invalid",
                "trusted_proxies": 1,
                "run_dir": folder,
            }
        ),
        {
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql://airflow:{PASSWORD}@127.0.0.1/airflow",
        },
        application.create_app,
        env_file,
    )  # fmt: skip


def given(**values: Any) -> Change:
    """Change settings."""
    secret = {"secret_key", "metrics_token", "web_database_url", "backoffice_database_url", "database_url"}
    wrapped = {name: SecretStr(value) if name in secret else value for name, value in values.items()}
    return lambda place: replace(place, settings=place.settings.model_copy(update=wrapped))


def variable(name: str, value: str) -> Change:
    """Change a variable of another program."""
    return lambda place: replace(place, variables={**place.variables, name: value})


def without(name: str) -> Change:
    """Take a setting away."""
    return lambda place: replace(place, settings=place.settings.model_copy(update={name: None}))


def configured(**values: Any) -> Change:
    """Change what the site is made with, as a slip in the code would."""

    def change(place: Surroundings) -> Surroundings:
        def make(settings: Settings) -> Any:
            site = application.create_app(settings)
            site.config.update(values)
            return site

        return replace(place, make_site=make)

    return change


def passwords(**by_user: str) -> Change:
    """Give Airflow's users other passwords."""

    def change(place: Surroundings) -> Surroundings:
        path = place.env_file.with_name("other_passwords.json")
        path.write_text(json.dumps(by_user), encoding="utf-8")
        return variable("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE", str(path))(place)

    return change


def example_with(key: str) -> Change:
    """Take a key that the example beside `.env` shows."""

    def change(place: Surroundings) -> Surroundings:
        folder = place.env_file.with_name("elsewhere")
        folder.mkdir(exist_ok=True)
        (folder / ".env.example").write_text(f"SECRET_KEY={key}\n", encoding="utf-8")
        return replace(given(secret_key=key)(place), env_file=folder / ".env")

    return change


@cache
def open_folder() -> TemporaryDirectory[str]:
    """Return a folder that everyone may enter (those of pytest are closed); it goes with the process."""
    return TemporaryDirectory(prefix="envinorma-open-")


def open_file(place: Surroundings) -> Surroundings:
    """Let everyone read `.env`, on a way that is open too."""
    folder = Path(open_folder().name)
    folder.chmod(0o755)
    path = folder / ".env"
    path.write_text("", encoding="utf-8")
    path.chmod(0o644)
    return replace(place, env_file=path)


def open_secret(place: Surroundings) -> Surroundings:
    """Let everyone read a file that holds a setting."""
    return variable("SECRET_KEY_FILE", str(open_file(place).env_file))(place)
