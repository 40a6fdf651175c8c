"""How much one address may ask: its budget, then 429 with the time to wait; others are not affected."""

from dataclasses import replace
from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import RateLimitItemPerMinute
from pydantic import SecretStr

from etl.settings import Settings
from tests.demo_site import SECRET
from webapp import create_app, rate_limits
from webapp.errors import MESSAGES

HERE = "192.0.2.1"
FEW = 3
NUMBERS = count(1)
EXPORT = "/installations/0058.00001/collection.csv"


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every budget be three a minute."""
    small = tuple(replace(each, allowed=RateLimitItemPerMinute(FEW)) for each in rate_limits.BUDGETS)
    monkeypatch.setattr(rate_limits, "BUDGETS", small)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, refusing_port: int) -> Flask:
    """A site for the whole module, its database down: each test comes from an address of its own."""
    return create_app(
        Settings(
            _env_file=None,
            run_dir=tmp_path_factory.mktemp("run"),
            database_url=SecretStr(f"postgresql://nobody:wrong@127.0.0.1:{refusing_port}/nothing"),
            secret_key=SecretStr(SECRET),
        )
    )


@pytest.fixture
def address() -> str:
    """An address that nobody had before."""
    return f"198.51.100.{next(NUMBERS)}"


def visitor(app: Flask, address: str, **headers: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    client.environ_base.update(headers)
    return client


def statuses(client: FlaskClient, path: str, method: str = "GET", times: int = FEW + 1) -> list[bool]:
    """Whether each of some requests was refused for being too many."""
    return [client.open(path, method=method).status_code == 429 for _ in range(times)]


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/api/v1/docs", "GET"),
        ("/api/v1/installations", "GET"),
        ("/api/v1/nothing", "GET"),
        ("/recherche?q=bruit", "GET"),
        (EXPORT, "GET"),
        ("/donnees-personnelles/effacer", "POST"),
        ("/", "POST"),
    ],
)
def test_what_costs_most_is_bounded_for_each_address(
    path: str, method: str, site: Flask, address: str
) -> None:
    assert statuses(visitor(site, address), path, method) == [False, False, False, True]
    assert statuses(visitor(site, f"203.0.113.{next(NUMBERS)}"), path, method, times=1) == [False]


@pytest.mark.parametrize("path", ["/", "/aide", "/sante/processus", "/rien"])
def test_pages_are_left_to_the_proxy(path: str, site: Flask, address: str) -> None:
    assert not any(statuses(visitor(site, address), path, times=3 * FEW))


def test_one_budget_holds_for_the_whole_api(site: Flask, address: str) -> None:
    client = visitor(site, address)
    answers = [
        client.get(path).status_code for path in ("/api/v1/docs", "/api/v1/a", "/api/v1/b", "/api/v1/docs")
    ]
    assert answers == [200, 404, 404, 429]


def test_the_api_says_when_to_come_back(site: Flask, address: str) -> None:
    client = visitor(site, address)
    statuses(client, "/api/v1/docs")
    answer = client.get("/api/v1/docs")
    assert (answer.status_code, answer.mimetype) == (429, "application/problem+json")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    title, advice = MESSAGES[429]
    assert answer.json == {
        "type": "about:blank", "title": title, "status": 429, "detail": advice, "instance": "/api/v1/docs"
    }  # fmt: skip
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "no-store"


def test_people_get_a_page(site: Flask, address: str) -> None:
    client = visitor(site, address)
    statuses(client, EXPORT)
    answer = client.get(EXPORT)
    assert MESSAGES[429][0] in answer.text
    assert "Retry-After" in answer.headers


@pytest.mark.parametrize(
    ("trusted", "address", "forwarded", "is_bounded"),
    [
        (0, "127.0.0.1", "", False),
        (0, "::1", "", False),
        (1, "127.0.0.1", "127.0.0.1", False),
        (1, "127.0.0.1", HERE, True),
        (0, "127.0.0.1", "127.0.0.1", True),
        (0, HERE, "127.0.0.1", True),
        (2, HERE, "127.0.0.1", True),
    ],
    ids=["here", "here by IPv6", "here by the proxy", "by the proxy", "unknown proxy", "claimed", "too few"],
)
def test_this_machine_may_ask_as_much_as_it_likes(
    trusted: int, address: str, forwarded: str, is_bounded: bool, lonely_settings: Settings
) -> None:
    app = create_app(lonely_settings.model_copy(update={"trusted_proxies": trusted}))
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert statuses(visitor(app, address, **headers), "/api/v1/docs")[-1] is is_bounded


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
    ],
)
def test_a_network_of_ipv6_is_one_visitor(address: str, counted_as: str) -> None:
    assert rate_limits.household(address) == counted_as
