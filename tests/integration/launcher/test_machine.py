"""One machine without containers, for real: generated units under supervisor and nginx of the system."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psycopg2
import pytest

from bench.machine import HOST, Running, machine, wait_until_it_answers
from bench.restart import ask_at_a_pace
from etl.database import libpq_url, normalise_url
from etl.settings import ROOT, Settings
from tests.demo_site import load_demo, site_settings

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("machine")]

PASSWORD = secrets.token_hex(16)
YEAR = 31_536_000


@pytest.fixture(scope="module")
def environment(module_settings: Settings) -> Iterator[dict[str, str]]:
    """The variables of a site whose logins are those of a good deployment."""
    settings = site_settings(module_settings)
    load_demo(settings)
    assert settings.database_url is not None
    server = normalise_url(settings.database_url.get_secret_value(), settings)
    mark = secrets.token_hex(4)
    logins = {role: f"{role}_{mark}" for role in ("web", "backoffice")}
    for role, login in logins.items():
        administer(settings, f"CREATE ROLE {login} LOGIN PASSWORD '{PASSWORD}' IN ROLE envinorma_{role}")
        administer(settings, f"GRANT CONNECT ON DATABASE {server.database} TO {login}")
    yield {
        **{
            f"{role.upper()}_DATABASE_URL": libpq_url(server.set(username=login, password=PASSWORD))
            for role, login in logins.items()
        },
        **{f"{name.upper()}_BUCKET": settings.bucket_url(name) for name in ("misc", "ap", "am")},
        "SECRET_KEY": secrets.token_urlsafe(48),
        "WEB_WORKERS": "1",
    }
    for login in logins.values():
        administer(settings, f"REVOKE CONNECT ON DATABASE {server.database} FROM {login}")
        administer(settings, f"DROP ROLE {login}")


def administer(settings: Settings, statement: str) -> None:
    assert settings.database_url is not None
    connection = psycopg2.connect(settings.database_url.get_secret_value(), connect_timeout=10)
    try:
        connection.autocommit = True
        connection.cursor().execute(statement)
    finally:
        connection.close()


@pytest.fixture(scope="module")
def running(environment: dict[str, str]) -> Iterator[Running]:
    # A short path: that of a socket may have a hundred letters.
    with (
        TemporaryDirectory(prefix="envinorma-", dir="/tmp") as folder,
        machine(Path(folder), environment, visitor_rate=500) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def visitor(running: Running) -> Iterator[httpx.Client]:
    with running.visitor() as client:
        yield client


def test_visitors_come_in_over_tls_alone(running, visitor):
    plain = httpx.get(f"{running.plain_address}/installations?q=x", timeout=10)
    page = visitor.get("/")

    assert plain.status_code == 301
    assert plain.headers["Location"] == f"{running.address}/installations?q=x"
    assert page.status_code == 200
    assert page.headers.get_list("Strict-Transport-Security") == [f"max-age={YEAR}; includeSubDomains"]
    assert "Content-Security-Policy" in page.headers
    assert page.http_version == "HTTP/1.1"


def test_programs_are_told_in_their_words(running, visitor):
    """In clear they are refused, and not led on in silence; over TLS they have the whole API."""
    plain = httpx.get(f"{running.plain_address}/api/v1/installations", timeout=10)

    assert (plain.status_code, plain.json()["status"]) == (403, 403)
    assert plain.headers["Content-Type"] == "application/problem+json"
    assert visitor.get("/api/v1/openapi.json").status_code == 200


def test_a_request_bears_one_id_through_nginx_site_and_logs(running, visitor):
    answer = visitor.get("/mentions-legales", headers={"X-Request-ID": "mine-and-not-believed"})

    (given,) = answer.headers.get_list("X-Request-ID")
    assert given != "mine-and-not-believed"
    assert wait_until(lambda: given in running.log() and given in access_log(running))


def test_nothing_of_the_visitor_is_written(running, visitor):
    visitor.get("/installations?q=un-nom-secret", headers={"User-Agent": "a-browser-of-mine"})

    written = access_log(running) + running.log()
    assert "/installations" in written
    assert "un-nom-secret" not in written
    assert "a-browser-of-mine" not in written
    assert HOST not in access_log(running)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/metrics", 404),
        ("/metrics/", 404),
        ("/api/v2/version", 404),
        ("/manuel/", 404),
        ("/auth/login", 404),
    ],
)
def test_metrics_and_airflow_are_not_published(visitor, path, status):
    assert visitor.get(path).status_code == status


def test_a_forged_host_is_refused(visitor):
    assert visitor.get("/", headers={"Host": "evil.invalid"}).status_code == 400


def test_what_is_too_large_ends_at_nginx(visitor):
    answer = visitor.post("/back-office/deconnexion", content=b"x" * 1_200_000)

    assert answer.status_code == 413
    assert "nginx" in answer.text
    text = "/back-office/arretes/JORFTEXT000000000001/texte"
    assert visitor.post(text, content=b"x" * 1_200_000).status_code == 400
    assert "nginx" in visitor.post(text, content=b"x" * 4_300_000).text


def test_passwords_are_not_guessed_at_speed(visitor):
    statuses = [visitor.post("/back-office/connexion").status_code for _ in range(20)]

    assert set(statuses) == {400, 429}
    assert statuses[:10] == [400] * 10


def test_a_killed_gunicorn_returns(running):
    killed = running.master()
    killed.send_signal(signal.SIGKILL)
    killed.wait(10)

    # The other half of the site answers meanwhile.
    assert wait_until_it_answers(running) < 5
    assert wait_until(lambda: "RUNNING" in running.control("status", running.program(0)))
    assert running.master().pid != killed.pid


def test_a_reload_drops_no_request(running):
    before = workers(running)

    def reload() -> None:
        for number in (0, 1):
            time.sleep(1)
            running.master(number).send_signal(signal.SIGHUP)

    answers = ask_at_a_pace(running, 6, reload)

    assert answers.failures == {}
    assert len(answers.seconds) == 300
    assert wait_until(lambda: before.isdisjoint(workers(running))), "every worker is a new one"


def test_the_check_finds_nothing_wrong(running, environment):
    passwords = running.folder / "passwords.json"
    passwords.write_text(json.dumps({"admin": secrets.token_urlsafe(24)}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "webapp", "check", "--deploy"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"], **environment,
            "SITE_URL": running.address, "ALLOWED_HOSTS": HOST, "TRUSTED_PROXIES": "1",
            "RUN_DIR": str(running.folder / "state"),
            "SSL_CERT_FILE": str(running.authority),
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql://airflow:{PASSWORD}@127.0.0.1/airflow",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["18 of 18 checks passed, 0 dangers."]


def test_static_files_last_longer_than_the_site(running, visitor):
    """The last test of the module: the site stays down."""
    page = visitor.get("/").text
    start = page.index("/static/")
    path = page[start : page.index('"', start)]
    before = visitor.get(path)
    running.control("stop", running.program(0), running.program(1))
    kept, gone = visitor.get(path), visitor.get("/")

    assert "immutable" in before.headers["Cache-Control"]
    assert (kept.status_code, kept.content) == (200, before.content)
    assert gone.status_code == 503
    assert "Service momentanément indisponible" in gone.text
    assert gone.headers["Retry-After"] == "10"
    assert "Strict-Transport-Security" in gone.headers


def workers(running: Running) -> set[int]:
    """Return the processes that answer, those included that end what they have begun."""
    return {child.pid for number in (0, 1) for child in running.master(number).children()}


def wait_until(is_so: Callable[[], bool], seconds: float = 20) -> bool:
    """Tell whether something becomes true in time."""
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.2)
    return is_so()


def access_log(running: Running) -> str:
    return (running.folder / "logs" / "envinorma.access.log").read_text(encoding="utf-8")
