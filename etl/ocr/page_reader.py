"""One page from start to end: decide, picture, straighten, read, turn where the engine is unsure."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pypdfium2

from etl.ocr.decision import PageDecision, PageFacts, decide
from etl.ocr.inspection import page_facts
from etl.ocr.kept_page import KeptPage
from etl.ocr.limits import Limits
from etl.ocr.opening import is_damaged
from etl.ocr.outcomes import Decision, PageOutcome
from etl.ocr.page_text import restore_points, tidy_text
from etl.ocr.poppler import PopplerError, poppler_page
from etl.ocr.raster import (
    Raster,
    SheetTooLargeError,
    black_on_white,
    condensed,
    ink_cells,
    is_uniform,
    page_raster,
    turned,
)
from etl.ocr.reading import Engine, EngineError, Reading
from etl.ocr.straighten import straightened

# The real scans read at 83 to 95, worn copies of small print below 80, a sheet on its side at 30.
DOUBTFUL = 80.0
UNSURE = 65.0
# Below this resolution letters are too small to be read: said in the reason.
COARSE_DPI = 100

Renderer = Literal["pdfium", "poppler"]


class PageReader:
    """Reads pages of documents with one engine; keeps the last document open."""

    def __init__(self, engine: Engine, limits: Limits) -> None:
        self._engine = engine
        self._limits = limits
        self._path: Path | None = None
        self._document: pypdfium2.PdfDocument | None = None

    def read(self, path: Path, number: int, renderer: Renderer = "pdfium") -> KeptPage:
        """Return the result of page `number` (from 1); a page that cannot be read is one with a reason."""
        start = time.perf_counter()
        try:
            result = self._read(path, number, renderer)
        except (EngineError, PopplerError, SheetTooLargeError, pypdfium2.PdfiumError) as error:
            reason = f"The page cannot be read: {str(error).rstrip('.')}."
            result = _result(number, PageDecision(Decision.FAILED, reason), "")
        except MemoryError:
            result = _result(
                number, PageDecision(Decision.FAILED, "The page needs more memory than allowed."), ""
            )
        seconds = round(time.perf_counter() - start, 3)
        return replace(result, outcome=replace(result.outcome, seconds=seconds))

    def _read(self, path: Path, number: int, renderer: Renderer) -> KeptPage:
        if renderer == "poppler":
            return self._read_by_poppler(path, number)
        try:
            with self._page(path, number) as page:
                facts = page_facts(page)
                decision = self._doubt(path, facts, decide(facts))
                if decision.decision is not Decision.READ:
                    return _result(number, decision, facts.text)
                raster = page_raster(page, self._limits.page_pixels)
        except pypdfium2.PdfiumError:
            return self._read_by_poppler(path, number)
        return self._read_picture(number, raster, facts)

    def _read_by_poppler(self, path: Path, number: int) -> KeptPage:
        raster = poppler_page(path, number, self._limits.page_pixels, self._limits.page_seconds)
        if is_uniform(raster):
            nothing = "Neither pdfium nor poppler can decode what is on the page."
            return _result(number, PageDecision(Decision.FAILED, nothing), "")
        return self._read_picture(number, raster, PageFacts("", objects=1), note="drawn by poppler")

    def _doubt(self, path: Path, facts: PageFacts, decision: PageDecision) -> PageDecision:
        """Return the decision, or a failure where the page is too much, or empty in a damaged file."""
        if decision.decision is Decision.READ and facts.picture_pixels > self._limits.picture_pixels:
            pixels = facts.picture_pixels / 1e6
            return PageDecision(
                Decision.FAILED, f"A picture of {pixels:.0f} million pixels lies on the page."
            )
        if facts.objects == 0 and is_damaged(path):
            return PageDecision(
                Decision.FAILED, "Nothing is left on the page: the file is damaged or cut short."
            )
        return decision

    @contextmanager
    def _page(self, path: Path, number: int) -> Iterator[pypdfium2.PdfPage]:
        if self._path != path or self._document is None:
            self.close()
            self._document, self._path = pypdfium2.PdfDocument(path), path
        page = self._document[number - 1]
        try:
            yield page
        finally:
            page.close()

    def close(self) -> None:
        """Close the document that is open."""
        if self._document is not None:
            self._document.close()
        self._document, self._path = None, None

    def _read_picture(self, number: int, raster: Raster, facts: PageFacts, note: str = "") -> KeptPage:
        raster = black_on_white(raster)
        decision = decide(replace(facts, ink=ink_cells(raster)))
        if decision.decision is not Decision.READ:
            return _result(number, decision, "")
        raster, reading = self._read_upright(straightened(raster))
        if not reading.lines:
            return _result(
                number, PageDecision(Decision.BLANK, f"{decision.reason} Nothing to read was found."), ""
            )
        told = PageDecision(Decision.READ, " ".join([decision.reason, *_remarks(raster, note)]))
        result = _result(number, told, restore_points(reading.text), reading.confidence)
        pixels = raster.picture.width * raster.picture.height
        return replace(result, reading=reading, to_page=raster.to_page.shorthand, pixels=pixels)

    def _read_upright(self, raster: Raster) -> tuple[Raster, Reading]:
        """Return the reading; where it is unsure, the surer one of the sheet as it is and turned upright."""
        as_it_is = self._read_widths(raster)
        if as_it_is[1].confidence >= UNSURE:
            return as_it_is
        turn = self._engine.upright_turn(raster.picture, self._limits.page_seconds)
        return _surer(as_it_is, self._read_widths(turned(raster, turn))) if turn else as_it_is

    def _read_widths(self, raster: Raster) -> tuple[Raster, Reading]:
        """Return the reading of condensed letters; where it is doubtful, at full width if that is surer."""
        narrow = condensed(raster)
        quick = narrow, self._read_letters(narrow)
        if narrow is raster or quick[1].confidence >= DOUBTFUL:
            return quick
        return _surer(quick, (raster, self._read_letters(raster)))

    def _read_letters(self, raster: Raster) -> Reading:
        return self._engine.read(raster.picture, raster.dpi, self._limits.page_seconds)


def _surer(first: tuple[Raster, Reading], second: tuple[Raster, Reading]) -> tuple[Raster, Reading]:
    return second if second[1].confidence > first[1].confidence else first


def _result(number: int, decision: PageDecision, text: str, confidence: float | None = None) -> KeptPage:
    outcome = PageOutcome(number, decision.decision, decision.reason, confidence, 0.0)
    return KeptPage(outcome, tidy_text(text))


def _remarks(raster: Raster, note: str) -> Iterator[str]:
    if note:
        yield f"It was {note}."
    if raster.dpi < COARSE_DPI:
        yield f"It is so large that it was read at {raster.dpi} dpi."
