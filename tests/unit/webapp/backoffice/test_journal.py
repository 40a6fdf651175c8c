"""How the details of an event are said in the journal."""

from datetime import UTC, datetime
from typing import Any

import pytest

from webapp.backoffice.history.journal import EventLine


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({}, ""),
        ({"version": 3}, ""),
        ({"version": 3, "comment": "Nouvelle rédaction"}, "Nouvelle rédaction"),
        ({"version": 3, "comment": "VIGUEUR"}, "En vigueur"),
        ({"name": "ada", "role": "editor"}, "compte ada · rôle rédaction"),
        ({"sha256": "0123456789abcdef"}, "archive 0123456789ab"),
        ({"run_id": "site-1", "joined": True}, "exécution site-1 · déjà en cours"),
        ({"something": "new"}, "something new"),
    ],
)
def test_details_are_said_in_one_line(details: dict[str, Any], words: str) -> None:
    line = EventLine(datetime(2026, 1, 1, tzinfo=UTC), None, "publish", None, details)
    assert line.words == words
    assert line.version == details.get("version")
