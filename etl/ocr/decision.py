"""Whether a page needs reading, and why: the one place that decides it."""

from dataclasses import dataclass

from etl.ocr.outcomes import Decision
from etl.ocr.page_text import trouble_with

# A picture over this share of the page makes it a scan; text beside it is its own only if there is much.
SCAN_SHARE = 0.5
# The longest stamps seen on scans (« Reçu en préfecture le … », signature notices) stay under it.
STAMP_LETTERS = 350
# Letters drawn as outlines: more paths than letters can explain.
OUTLINES = 200
# Cells of half a millimetre with ink; a lone page number has ten.
INK_CELLS = 3


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What is known of a page before it is read.

    `picture_share` is the share of the page that its largest picture covers, `picture_pixels` the pixels of
    the finest one, `paths` the drawn lines and outlines, `objects` everything drawn (annotations count),
    `ink` the dark cells on its picture, None where nobody looked.
    """

    text: str
    picture_share: float = 0.0
    picture_pixels: int = 0
    paths: int = 0
    objects: int = 0
    ink: int | None = None


@dataclass(frozen=True, slots=True)
class PageDecision:
    """What to do with a page and the sentence that says why."""

    decision: Decision
    reason: str


def decide(facts: PageFacts) -> PageDecision:
    """Return whether the page's own text is kept, the page is read, or there is nothing on it.

    Called first without `ink`; where the answer is to read, again once the picture was looked at.
    """
    if facts.objects == 0:
        return PageDecision(Decision.BLANK, "Nothing is drawn on the page.")
    letters = sum(char.isalnum() for char in facts.text)
    if letters:
        return _decide_with_text(facts, letters)
    if facts.ink is not None and facts.ink <= INK_CELLS:
        return PageDecision(Decision.BLANK, "The page shows no ink.")
    return PageDecision(Decision.READ, "The page has no text layer.")


def _decide_with_text(facts: PageFacts, letters: int) -> PageDecision:
    trouble = trouble_with(facts.text)
    if trouble:
        return PageDecision(Decision.READ, f"The text layer is unusable: {trouble}.")
    if letters < STAMP_LETTERS and facts.picture_share >= SCAN_SHARE:
        return PageDecision(Decision.READ, f"A scan with a stamp of {letters} letters.")
    if letters < STAMP_LETTERS and facts.paths >= OUTLINES:
        return PageDecision(Decision.READ, f"Outlines drawn beside a text of {letters} letters.")
    return PageDecision(Decision.KEEP, "The text layer is good.")
