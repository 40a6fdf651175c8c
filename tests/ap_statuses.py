"""Statuses of orders for the tests: one that was read, one that failed."""

from datetime import UTC, datetime

from etl.aps.statuses import ApPage, ApStatus, SourceFailure

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
ID = "A/0/" + "1" * 31 + "0"


def a_success(**changes: object) -> ApStatus:
    """Return an order of one page that was read, but for the changes."""
    values = {
        "georisques_id": ID,
        "status": "SUCCESS",
        "reason": "1 page: 1 read.",
        "failure": None,
        "sha256": "a" * 64,
        "engine": "tesseract 5",
        "attempts": 1,
        "first_seen_at": NOW,
        "tried_at": NOW,
        "read_at": NOW,
        "size": 1200,
        "seconds": 1.5,
        "pages": (ApPage(page=1, decision="read", reason="", confidence=90.0, text="Arrêté <préfectoral>"),),
    }
    return ApStatus(**{**values, **changes})


def an_error(**changes: object) -> ApStatus:
    """Return an order that the source does not have, but for the changes."""
    values = {
        "status": "ERROR",
        "failure": SourceFailure.GONE,
        "sha256": None,
        "engine": None,
        "read_at": None,
        "size": None,
        "pages": (),
    }
    return a_success(**{**values, **changes})
