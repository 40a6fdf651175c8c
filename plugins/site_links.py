"""The Airflow plugin of the project: links to the site, and the operations manual beside the Airflow UI."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias

from airflow.plugins_manager import AirflowPlugin

from etl.settings import ROOT, load_settings

MANUAL = ROOT / "docs"
FIRST_PAGE = "operations.md"

Scope: TypeAlias = dict[str, Any]
Send: TypeAlias = Callable[[dict[str, Any]], Awaitable[None]]


async def serve_manual(scope: Scope, receive: object, send: Send) -> None:  # noqa: ARG001  (the ASGI signature)
    """Serve the pages of `docs/` as plain text: `/manuel/`, `/manuel/dags/sync_icpe.md`."""
    relative = scope["path"].removeprefix(scope.get("root_path", "")).strip("/") or FIRST_PAGE
    page = find_page(relative)
    status, body = (200, page.read_bytes()) if page else (404, b"Page inconnue du manuel.\n")
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def find_page(relative: str) -> Path | None:
    """Return the page of the manual with this address; None for anything that is not a page under `docs/`."""
    return next(
        (page for page in MANUAL.rglob("*.md") if page.relative_to(MANUAL).as_posix() == relative), None
    )


class SiteLinks(AirflowPlugin):
    """Menu entries of the Airflow UI (under « Docs »); without `url_route` they are links, not frames."""

    name = "site_links"
    fastapi_apps = [{"app": serve_manual, "url_prefix": "/manuel", "name": "manuel"}]  # noqa: RUF012
    external_views: list[Any] = []  # noqa: RUF012  (Airflow declares it so)

    @classmethod
    def on_load(cls, *_args: object, **_kwargs: object) -> None:
        """Fill in the addresses, which are settings and so unknown at import."""
        settings = load_settings()
        cls.external_views = [
            _link("Données du site", f"{settings.site_url.rstrip('/')}/donnees"),
            _link("Manuel d'exploitation", f"{settings.airflow_url.rstrip('/')}/manuel/"),
        ]


def _link(name: str, address: str) -> dict[str, str]:
    return {"name": name, "href": address, "destination": "nav", "category": "docs"}
