"""The site closed for maintenance: every page is that of the maintenance, nothing is read or written."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient

from etl.database import Role, connect, database_url
from etl.errors import RefusedError
from etl.maintenance import maintenance
from etl.settings import Settings
from tests.demo_site import load_demo, load_demo_orders, site_settings
from tests.people import SITE, Person, alineas
from tests.site_visits import faultless, visitor_of
from webapp.maintenance import DOOR_KEY, Door

pytestmark = pytest.mark.postgres

TITLE = "Site en maintenance"
OPEN = {"/sante", "/sante/processus", "/metrics"}
TABLES = ("users", "installations", "classements", "prescriptions", "backoffice.sign_in_attempts")


@pytest.fixture(scope="module")
def closing_settings(new_database: Callable[..., Settings]) -> Settings:
    settings = site_settings(new_database())
    load_demo(settings)
    load_demo_orders(settings)
    return settings


@pytest.fixture(scope="module")
def app(closing_settings: Settings) -> Iterator[Flask]:
    for client in visitor_of(closing_settings):
        yield client.application


@contextmanager
def closed(app: Flask, settings: Settings) -> Iterator[None]:
    """Hold the lock as a restore does; the site looks anew at once, before and after."""
    with maintenance(database_url(settings, Role.OWNER)):
        app.extensions[DOOR_KEY] = Door()
        yield
    app.extensions[DOOR_KEY] = Door()


def written(settings: Settings) -> dict[str, object]:
    """What a write would change: rows of tables, and the last visits."""
    with connect(settings, Role.OWNER) as owner, owner.cursor() as cursor:
        found: dict[str, object] = {}
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  (names of this module)
            found[table] = cursor.fetchone()
        cursor.execute("SELECT max(last_seen_at) FROM users")
        return found | {"seen": cursor.fetchone()}


def test_every_address_is_the_page_of_the_maintenance(app: Flask, closing_settings: Settings) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static_of_another_version"]
    assert len(rules) > 60
    with closed(app, closing_settings), app.test_request_context():
        client = app.test_client()
        for rule in rules:
            values = dict.fromkeys(rule.arguments, "1")
            path = rule.rule
            for name in values:
                path = path.replace(next(part for part in path.split("/") if f"{name}>" in part), "1")
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                answer = client.open(path, method=method)
                if path in OPEN:
                    assert answer.status_code != 503, path
                    continue
                assert (answer.status_code, answer.headers["Retry-After"]) == (503, "120"), path
                assert "no-store" in answer.headers["Cache-Control"]
                assert TITLE in answer.text or TITLE in str(answer.json)
                assert "Set-Cookie" not in answer.headers


def test_the_page_is_kind_and_whole(app: Flask, closing_settings: Settings) -> None:
    with closed(app, closing_settings):
        answer = app.test_client().get("/")
        page = faultless(answer.text)
        assert page.h1 is not None
        assert page.h1.text == TITLE
        assert "rouvrira dans quelques minutes" in page.text
        assert not page.select("form, script")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        for address in [str(link["href"]) for link in page.select("link[href]")]:
            assert app.test_client().get(address).status_code == 200, address
        assert app.test_client().get("/sante").json["parts"]["database"]["status"] == "ready"
    assert app.test_client().get("/").status_code == 200


def test_nothing_is_written_and_cookies_stay_as_they_are(app: Flask, closing_settings: Settings) -> None:
    person = Person(app)
    person.tick(alineas(person.read())[0])
    with connect(closing_settings, Role.OWNER) as owner:
        owner.cursor().execute("UPDATE users SET last_seen_at = now() - interval '3 days'")
    with person.client.session_transaction() as session:
        session["seen"] = 0  # a visit would be noted
    before = written(closing_settings)
    cookie = person.client.get_cookie("envinorma")
    with closed(app, closing_settings):
        for answer in (
            person.client.get(f"/installations/{SITE}"),
            person.send(cid=person.cid, p=["x"]),
            person.client.post("/donnees-personnelles/effacer", data={"confirmation": "oui"}),
            person.client.post("/back-office/connexion", data={"nom": "ada", "mot_de_passe": "x"}),
        ):
            assert answer.status_code == 503
            assert "Set-Cookie" not in answer.headers
        assert written(closing_settings) == before
    assert person.client.get_cookie("envinorma") == cookie
    assert len(person.held()) == 1


def test_machines_hear_it_in_their_words(app: Flask, closing_settings: Settings) -> None:
    with closed(app, closing_settings):
        client = app.test_client()
        problem = client.get("/api/v1/installations")
        assert (problem.mimetype, problem.json["status"]) == ("application/problem+json", 503)
        assert client.get("/", headers={"Accept": "application/json"}).json["error"]["title"] == TITLE


def test_the_setting_closes_without_a_database(closing_settings: Settings) -> None:
    for client in visitor_of(closing_settings.model_copy(update={"maintenance": True})):
        assert client.get("/").status_code == 503
        assert client.get("/sante/processus").status_code == 200


def test_the_site_closes_and_opens_within_a_second_without_a_restart(
    app: Flask, closing_settings: Settings
) -> None:
    client = app.test_client()
    assert client.get("/aide").status_code == 200
    with maintenance(database_url(closing_settings, Role.OWNER)):
        assert seconds_until(client, 503) < 1.5
    assert seconds_until(client, 200) < 1.5


def seconds_until(client: FlaskClient, status: int) -> float:
    began = time.monotonic()
    while client.get("/aide").status_code != status:
        assert time.monotonic() - began < 5
        time.sleep(0.05)
    return time.monotonic() - began


def test_the_door_asks_once_a_second_and_leaves_no_transaction_open(
    app: Flask, closing_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.extensions[DOOR_KEY] = Door()
    asked: list[float] = []
    ask = Door._ask
    monkeypatch.setattr(Door, "_ask", lambda door: (asked.append(time.monotonic()), ask(door))[1])
    client = app.test_client()
    threads = [threading.Thread(target=app.test_client().get, args=("/aide",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(20):
        client.get("/aide")
    assert len(asked) <= 2
    with connect(closing_settings, Role.OWNER) as owner, owner.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state LIKE 'idle in transaction%'"
        )
        assert cursor.fetchone() == (0,)


def test_without_an_answer_what_was_said_last_holds(closing_settings: Settings) -> None:
    for client in visitor_of(closing_settings):
        app = client.application
        with closed(app, closing_settings), app.app_context():
            door: Door = app.extensions[DOOR_KEY]
            assert door.is_closed()
            door.asked_at = -1000.0
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("webapp.maintenance.MAINTENANCE_LOCK", "no number")
                assert door.is_closed()


def test_two_commands_do_not_close_the_site_at_once(closing_settings: Settings) -> None:
    url = database_url(closing_settings, Role.OWNER)
    with maintenance(url):
        with pytest.raises(RefusedError, match="in maintenance already"), maintenance(url):
            pass
        with maintenance(url.set(database="another")):
            pass
