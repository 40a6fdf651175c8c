"""The site as people get it: gunicorn in front of the demo department, and Chromium before it."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from upath import UPath

from etl.am_import import import_ams
from etl.database import Role, connect
from etl.settings import ROOT, Settings
from etl.sync import sync_nomenclature
from launcher.airflow_environment import settings_variables
from tests.ams import WAREHOUSES, demo_archive
from tests.aps import demo_aps, load_aps
from tests.demo_site import load_demo, load_demo_orders, site_settings
from tests.editors import DOOR, make_editor
from tests.site_visits import add_installations, run
from tests.stand_ins.airflow import AirflowStandIn, serve_airflow
from tests.stand_ins.upstream import UpstreamStandIn, article, serve_upstream, text
from webapp import create_app

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
START_SECONDS = 60
# Airflow may be starting on the other core: a page that is late is no fault, one that does not come is.
PATIENCE_MS = 40_000
expect.set_options(timeout=PATIENCE_MS)
WITHDRAWN = "0099.99998"
# Some weeks of an office that looks at the site on the days of a week and hardly between them.
VIEWS = """
INSERT INTO audience
SELECT day, kind, 1 + extract(isodow FROM day)::integer % 6 * length(kind)
FROM generate_series(current_date - 40, current_date, interval '1 day') AS day,
    unnest(ARRAY['home', 'installation', 'orders', 'texts', 'api']) AS kind
"""
NOMENCLATURE = ROOT / "demo" / "idf" / "classement_references.csv"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser on one site: one worker does it all."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.postgres)
            item.add_marker(pytest.mark.xdist_group("browser"))


@dataclass(frozen=True)
class Site:
    """A running site: its address, its process, and what it writes."""

    address: str
    pid: int
    log: Path
    settings: Settings


@pytest.fixture(scope="session")
def sources() -> Iterator[UpstreamStandIn]:
    """Légifrance and AIDA, with a text of one order that differs from the demo's."""
    for stand_in in serve_upstream():
        table = (
            "<table><tr><th>Paramètre</th><th>Valeur</th></tr><tr><td>DCO</td><td>120 mg/l</td></tr></table>"
        )
        lines = f"<p>Objet et champ d'application</p><p>Les entrepôts couverts de papier.</p>{table}"
        stand_in.texts[WAREHOUSES] = {"2010-01-01": text(WAREHOUSES, [article("1er", lines, 1)])}
        yield stand_in


@pytest.fixture(scope="session")
def airflow_of_site() -> Iterator[AirflowStandIn]:
    """The Airflow that the site publishes through."""
    yield from serve_airflow()


@pytest.fixture(scope="session")
def site(
    new_database: Callable[..., Settings],
    tmp_path_factory: pytest.TempPathFactory,
    sources: UpstreamStandIn,
    airflow_of_site: AirflowStandIn,
) -> Iterator[Site]:
    """The demo department served by gunicorn on a free port."""
    settings = airflow_of_site.settings(sources.settings(site_settings(new_database())))
    load_demo(settings)
    load_demo_orders(settings)
    load_aps(settings, demo_aps())
    with connect(settings, Role.ETL) as connection:
        sync_nomenclature(connection, UPath(NOMENCLATURE))
    with connect(settings, Role.ETL) as connection:
        gone = {"s3ic_id": WITHDRAWN, "name": "ANCIENNE TANNERIE", "withdrawn_at": "2026-03-01"}
        add_installations(connection, gone)
    run(settings, VIEWS)
    with connect(settings, Role.ETL) as connection:
        import_ams(connection, demo_archive(tmp_path_factory.mktemp("orders") / "orders.zip"))
    with served(settings, tmp_path_factory.mktemp("site") / "gunicorn.log") as running:
        yield running


@contextmanager
def served(settings: Settings, log: Path) -> Iterator[Site]:
    """Serve a site that is loaded, until the end of the block."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "webapp/gunicorn_settings.py"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{port}", "webapp.wsgi:app"],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **settings_variables(settings)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", process, log)
        yield Site(f"http://127.0.0.1:{port}", process.pid, log, settings)
    finally:
        process.terminate()
        process.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/sante", timeout=5).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    pytest.fail(f"The site did not start: {log.read_text(encoding='utf-8')[-2000:]}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window.

    For one module: while Playwright runs, so does an event loop, and other tests need their own.
    """
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        chromium.close()


@dataclass
class Visit:
    """Opens pages for one test, and remembers what a browser complains about."""

    browser: Browser
    site: Site
    opened: str = ""
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, path: str = "/", *, width: int = 1280, height: int = 900, **options: object) -> Page:
        """Open a path in a fresh profile; `options` are those of a Playwright context."""
        context = self.browser.new_context(
            base_url=self.site.address,
            locale="fr-FR",
            reduced_motion="reduce",  # colours are looked at, not watched while they change
            viewport={"width": width, "height": height},
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("request", lambda request: self._note_elsewhere(request.url))
        self.opened = self.site.address + path
        page.goto(path)
        return page

    def _note_console(self, message: ConsoleMessage) -> None:
        # The page of an error is itself the answer to a request that failed.
        is_the_page = message.location["url"] == self.opened and message.text.startswith("Failed to load")
        if message.type in {"error", "warning"} and not is_the_page:
            self.complaints.append(f"console: {message.text}")

    def _note_elsewhere(self, url: str) -> None:
        if not url.startswith((self.site.address, "data:")):
            self.complaints.append(f"request to elsewhere: {url}")


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """A visit of the site, in which the browser must have nothing to complain about."""
    visit = Visit(browser, site)
    yield visit
    for context in visit.contexts:
        context.close()
    assert visit.complaints == []


@pytest.fixture(scope="session")
def editors_cookies(site: Site) -> list[object]:
    """What a browser holds once ada, who may do everything in the back-office, has signed in."""
    password = make_editor(create_app(site.settings), "ada", "publisher")
    with httpx.Client(base_url=site.address, timeout=30, headers={"Sec-Fetch-Site": "same-origin"}) as client:
        token = BeautifulSoup(client.get(DOOR).text, "html5lib").select("input[name=csrf_token]")[0]["value"]
        answer = client.post(DOOR, data={"csrf_token": token, "name": "ada", "password": password})
        assert answer.status_code == 303
        fixed = {"domain": "127.0.0.1", "path": "/", "expires": -1, "httpOnly": True, "secure": False}
        return [
            {**fixed, "name": cookie.name, "value": cookie.value, "sameSite": "Lax"}
            for cookie in client.cookies.jar
        ]


@dataclass
class EditorVisit:
    """Opens pages as an editor who is signed in."""

    visit: Visit
    cookies: list[object]

    def open(self, path: str, **options: object) -> Page:
        """Open a path of the back-office in a fresh profile; `options` are those of `Visit.open`."""
        return self.visit.open(path, storage_state={"cookies": self.cookies, "origins": []}, **options)


@pytest.fixture
def editor(visit: Visit, editors_cookies: list[object]) -> EditorVisit:
    """A visit of the back-office by somebody who may do everything there."""
    return EditorVisit(visit, editors_cookies)
