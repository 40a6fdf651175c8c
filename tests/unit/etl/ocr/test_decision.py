"""One function decides what is done with a page; these are its cases."""

from typing import Any

import pytest

from etl.ocr import Decision
from etl.ocr.decision import PageFacts, decide

ORDER = (
    "Vu le code de l'environnement, le préfet arrête que les installations de la société sont autorisées. "
    * 6
)
STAMP = "Accusé de réception en préfecture, télétransmis le 9 février 2021"


@pytest.mark.parametrize(
    ("facts", "decision", "says"),
    [
        ({"text": "", "objects": 0}, Decision.BLANK, "Nothing is drawn"),
        ({"text": ORDER, "objects": 40}, Decision.KEEP, "good"),
        ({"text": ORDER, "objects": 41, "picture_share": 1.0}, Decision.KEEP, "good"),
        ({"text": STAMP, "objects": 3}, Decision.KEEP, "good"),
        ({"text": STAMP, "objects": 3, "picture_share": 0.2}, Decision.KEEP, "good"),
        ({"text": STAMP, "objects": 3, "picture_share": 0.9}, Decision.READ, "stamp of 55 letters"),
        ({"text": STAMP, "objects": 900, "paths": 800}, Decision.READ, "Outlines"),
        ({"text": "qzx wrtk bdf kkp xxq ghtz " * 20, "objects": 9}, Decision.READ, "unusable"),
        ({"text": "", "objects": 1, "picture_share": 1.0}, Decision.READ, "no text layer"),
        ({"text": "", "objects": 1, "picture_share": 1.0, "ink": 5000}, Decision.READ, "no text layer"),
        ({"text": "", "objects": 1, "picture_share": 1.0, "ink": 0}, Decision.BLANK, "no ink"),
        ({"text": " \n", "objects": 1, "ink": 2}, Decision.BLANK, "no ink"),
        ({"text": "", "objects": 1, "ink": 9}, Decision.READ, "no text layer"),
    ],
)
def test_decide(facts: dict[str, Any], decision: Decision, says: str) -> None:
    made = decide(PageFacts(**facts))
    assert made.decision is decision
    assert says in made.reason
