"""The site starts with settings that are safe, or says why it does not."""

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from etl.errors import SettingsError
from etl.settings import Settings
from webapp import create_app
from webapp.configuration import site_database_url


@pytest.mark.parametrize("secret", [None, SecretStr(""), SecretStr("short")])
def test_no_start_without_a_secret(lonely_settings: Settings, secret: SecretStr | None) -> None:
    settings = lonely_settings.model_copy(update={"secret_key": secret})

    with pytest.raises(SettingsError, match="SECRET_KEY"):
        create_app(settings)


@pytest.mark.parametrize(
    "address", ["postgresql://owner@host/base", "postgresql://owner@host/base?options=-c%20x.y=z"]
)
def test_the_site_reads_in_its_role_with_a_limit(lonely_settings: Settings, address: str) -> None:
    settings = lonely_settings.model_copy(update={"database_url": SecretStr(address)})

    options = site_database_url(settings).query["options"]

    assert "role=envinorma_web" in options
    assert "statement_timeout=10000" in options


def test_an_address_of_its_own_wins(lonely_settings: Settings) -> None:
    settings = lonely_settings.model_copy(
        update={"web_database_url": SecretStr("postgres://web@elsewhere/base")}
    )

    url = site_database_url(settings)

    assert (url.host, url.username) == ("elsewhere", "web")
    assert "role=" not in str(make_url(url).query["options"])


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://envinorma.example", "__Host-envinorma"),
        ("http://127.0.0.1:8000", "envinorma"),
        ("http://localhost", "envinorma"),
        ("http://[::1]:8000", "envinorma"),
    ],
)
def test_the_cookie_is_named_after_the_way_it_goes(
    lonely_settings: Settings, address: str, name: str
) -> None:
    app = create_app(lonely_settings.model_copy(update={"site_url": address}))

    assert app.config["SESSION_COOKIE_NAME"] == name


def test_no_start_where_the_cookie_would_go_in_clear(lonely_settings: Settings) -> None:
    settings = lonely_settings.model_copy(update={"site_url": "http://envinorma.example"})

    with pytest.raises(SettingsError, match="SITE_URL"):
        create_app(settings)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("site.example", 200),
        ("site.example:8443", 200),
        ("www.offices.example", 200),
        # Health checks of the machine itself.
        ("127.0.0.1:8000", 200),
        ("localhost", 200),
        ("evil.example", 400),
        ("site.example.evil.example", 400),
    ],
)
def test_only_our_hosts_are_answered(lonely_settings: Settings, host: str, status: int) -> None:
    settings = lonely_settings.model_copy(update={"allowed_hosts": "site.example, .offices.example"})
    client = create_app(settings).test_client()

    answers = [client.get(path, headers={"Host": host}) for path in ("/sante/processus", "/mentions-legales")]

    assert [answer.status_code for answer in answers] == [status, status]


def test_any_host_is_answered_where_none_is_named(client: FlaskClient) -> None:
    assert client.get("/sante/processus", headers={"Host": "whatever.example"}).status_code == 200
