"""The manual beside the Airflow UI shows the pages of docs/ and nothing else; the menu has absolute links."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from etl.settings import Settings
from plugins import site_links


def fetch(path: str) -> tuple[int, str]:
    sent: list[dict[str, Any]] = []

    async def send(event: dict[str, Any]) -> None:
        sent.append(event)

    asyncio.run(site_links.serve_manual({"path": path, "root_path": "/manuel"}, None, send))
    return sent[0]["status"], sent[1]["body"].decode()


@pytest.fixture
def manual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "docs/dags").mkdir(parents=True)
    (tmp_path / "docs/operations.md").write_text("# Exploitation\n", encoding="utf-8")
    (tmp_path / "docs/dags/sync_icpe.md").write_text("# ④\n", encoding="utf-8")
    (tmp_path / "docs/key.pem").write_text("secret", encoding="utf-8")
    (tmp_path / "secret.md").write_text("secret", encoding="utf-8")
    monkeypatch.setattr(site_links, "MANUAL", tmp_path / "docs")
    return tmp_path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/manuel/", (200, "# Exploitation\n")),
        ("/manuel/operations.md", (200, "# Exploitation\n")),
        ("/manuel/dags/sync_icpe.md", (200, "# ④\n")),
        ("/manuel/dags", (404, "Page inconnue du manuel.\n")),
        ("/manuel/key.pem", (404, "Page inconnue du manuel.\n")),
        ("/manuel/../secret.md", (404, "Page inconnue du manuel.\n")),
        ("/manuel/dags/../../secret.md", (404, "Page inconnue du manuel.\n")),
    ],
)
def test_pages(manual: Path, path: str, expected: tuple[int, str]) -> None:
    assert fetch(path) == expected


def test_the_menu_leads_to_the_site_and_the_manual(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(
        _env_file=None, site_url="https://site.example/", airflow_url="https://airflow.example"
    )
    monkeypatch.setattr(site_links, "load_settings", lambda: settings)
    site_links.SiteLinks.on_load()
    assert {view["href"] for view in site_links.SiteLinks.external_views} == {
        "https://site.example/donnees",
        "https://airflow.example/manuel/",
    }
    assert all("url_route" not in view for view in site_links.SiteLinks.external_views)
