"""The site without anything behind it: its database refuses every connection."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from etl.settings import Settings
from tests.demo_site import SECRET
from webapp import create_app


@pytest.fixture(scope="session")
def refusing_port() -> Iterator[int]:
    """A port that is taken and answers nobody: connections to it are refused."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield int(taken.getsockname()[1])


@pytest.fixture
def lonely_settings(tmp_path: Path, refusing_port: int) -> Settings:
    """Settings of a site whose database is down."""
    return Settings(
        _env_file=None,
        run_dir=tmp_path,
        database_url=SecretStr(f"postgresql://nobody:wrong@127.0.0.1:{refusing_port}/nothing"),
        secret_key=SecretStr(SECRET),
    )


@pytest.fixture
def app(lonely_settings: Settings) -> Flask:
    """The site, its database down."""
    return create_app(lonely_settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor of that site."""
    return app.test_client()
