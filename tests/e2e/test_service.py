"""The service behind the pages: its memory, its log, its files."""

import json
from typing import Any

import httpx
import psutil

MOST_MEGABYTES = 150


def test_a_worker_stays_small(site: Any) -> None:
    paths = [
        "/",
        "/installations?q=val",
        "/installations/0099.00323",
        "/donnees",
        "/installations/suggestions?q=va",
    ]
    with httpx.Client(base_url=site.address, timeout=15) as client:
        for _ in range(20):
            for path in paths:
                assert client.get(path).status_code == 200

    workers = psutil.Process(site.pid).children()
    sizes = [worker.memory_info().rss / 1e6 for worker in workers]
    assert sizes
    assert max(sizes) < MOST_MEGABYTES


def test_the_log_says_what_happened_and_nothing_of_people(site: Any) -> None:
    httpx.get(
        f"{site.address}/installations?q=Monsieur+Dupont",
        headers={"User-Agent": "Mon navigateur"},
        timeout=15,
    )

    lines = site.log.read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{")]

    assert {"method": "GET", "path": "/installations", "status": 200}.items() <= told[-1].items()
    assert "Dupont" not in "\n".join(lines)
    assert "navigateur" not in "\n".join(lines)


def test_static_files_are_served_whole_and_kept(site: Any) -> None:
    page = httpx.get(site.address, timeout=15).text
    sheet = next(part for part in page.split('"') if part.endswith("/theme.css"))

    answer = httpx.get(site.address + sheet, timeout=15)

    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
