"""What the served site counts over its workers, what it writes of people, and what it keeps when it ends."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from etl.settings import Settings
from tests.demo_site import site_settings
from tests.e2e.conftest import Site, served
from tests.site_visits import run

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
PLANTED = ("Boulangerie", "secret-du-cookie", "203.0.113.77", "Firefox", "ailleurs.example")
VISIT = {
    "User-Agent": FIREFOX,
    "Cookie": "envinorma=secret-du-cookie",
    "X-Forwarded-For": "203.0.113.77",
    "Referer": "https://ailleurs.example/",
}


@pytest.fixture(scope="module")
def settings(new_database: Callable[..., Settings]) -> Settings:
    return site_settings(new_database()).model_copy(update={"web_workers": 2, "trusted_proxies": 1})


@pytest.fixture(scope="module")
def workers(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(settings, tmp_path_factory.mktemp("workers") / "gunicorn.log") as running:
        yield running


def visit(site: Site, path: str, times: int = 1) -> None:
    """Ask for a page in connections of their own, which any worker may take."""
    for _ in range(times):
        assert httpx.get(site.address + path, headers=VISIT, timeout=15).status_code == 200


def seen(site: Site, path: str) -> float:
    text = httpx.get(f"{site.address}/metrics", timeout=15).text
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "envinorma_requests_total" and sample.labels["route"] == path
    )


def test_any_worker_says_what_all_have_counted(workers: Site) -> None:
    visit(workers, "/aide", 30)

    assert {seen(workers, "/aide") for _ in range(6)} == {30}


def test_a_worker_that_ends_loses_no_count_and_leaves_no_file_behind(workers: Site) -> None:
    before = seen(workers, "/aide")
    master = psutil.Process(workers.pid)
    old = master.children()
    os.kill(old[0].pid, signal.SIGTERM)
    old[0].wait(timeout=20)
    deadline = time.monotonic() + 20
    while len(master.children()) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    visit(workers, "/aide", 20)

    assert seen(workers, "/aide") == before + 20
    folder = workers.settings.run_dir / "metrics" / str(workers.pid)
    slots = {path.stem.rpartition("_")[2] for path in folder.glob("*.db")}
    assert slots - {"master"} == {"1", "2"}


def test_no_line_holds_what_people_send(workers: Site) -> None:
    given = "0123456789abcdef-of-the-proxy"
    asked = f"{workers.address}/installations?q=Boulangerie"
    answer = httpx.get(asked, headers={**VISIT, "X-Request-ID": given}, timeout=15)
    httpx.get(
        f"{workers.address}/donnees/fichiers/installations_all.csv?q=Boulangerie", headers=VISIT, timeout=15
    )
    time.sleep(0.5)
    lines = workers.log.read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]

    assert answer.headers["X-Request-ID"] == given
    assert [line["path"] for line in told if line.get("request_id") == given] == ["/installations"]
    assert [word for word in PLANTED if word in "\n".join(lines)] == []
    assert {"gunicorn.error"} <= {line.get("logger") for line in told}


def test_what_was_seen_is_kept_when_workers_stop(workers: Site, settings: Settings) -> None:
    visit(workers, "/", 12)
    assert run(settings, "SELECT coalesce(sum(views), 0) FROM audience WHERE kind = 'home'") == 0
    old = psutil.Process(workers.pid).children()
    os.kill(workers.pid, signal.SIGHUP)
    _, alive = psutil.wait_procs(old, timeout=30)

    assert alive == []
    assert run(settings, "SELECT sum(views) FROM audience WHERE kind = 'home'") == 12
