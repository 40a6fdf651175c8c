"""The back-office of the benchmarks: the site with the orders in it, and an editor who is signed in."""

import json
import re
import zipfile
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from flask.testing import FlaskClient

from bench.real_data import orders_archive
from bench.served import load_site
from bench.visitors import TOKEN
from etl.am_import import import_ams
from etl.database import Role, connect
from etl.settings import Settings

DOOR = "/back-office/connexion"
SHOWN = re.compile(r"shown this once: (\S+)")
HEADERS = {"Sec-Fetch-Site": "same-origin"}


def load_office(settings: Settings) -> tuple[Settings, str]:
    """Load the site and its back-office, and return the settings and the identifier of the largest order."""
    settings = load_site(settings)
    with TemporaryDirectory() as folder:
        archive = orders_archive(Path(folder))
        with connect(settings, Role.ETL) as connection:
            import_ams(connection, archive)
        return settings, _largest(archive)


def _largest(archive: Path) -> str:
    with closing(zipfile.ZipFile(archive)) as files:
        largest = max(files.infolist(), key=lambda entry: entry.file_size)
        return str(json.loads(files.read(largest))["id"])


def signed_in(app: Flask, role: str = "editor") -> FlaskClient:
    """Make an account and return a client that is signed in with it."""
    done = app.test_cli_runner().invoke(args=["editors", "add", role, "--role", role, "--generate"])
    password = SHOWN.findall(done.output)[0]
    client = app.test_client()
    token = TOKEN.findall(client.get(DOOR).text)[0]
    fields = {"csrf_token": token, "name": role, "password": password}
    answer = client.post(DOOR, data=fields, headers=HEADERS)
    if answer.status_code != 303:
        raise RuntimeError(f"The editor of the benchmark could not sign in: {answer.status_code}")
    return client
