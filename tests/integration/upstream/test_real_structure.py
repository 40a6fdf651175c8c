"""The structure guessed from numbers, measured on real orders: their titles laid flat, then found again."""

import json
import os
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from demo.legifrance import answers
from etl.legifrance import drafts_of
from etl.legifrance.reading import read_text
from etl.upstream.likeness import laid_like
from etl.upstream.numbering import numbers_of
from etl.upstream.structure import structured
from etl.upstream.words import comparable_drafts, fingerprint
from regulation.editing.drafts import DraftSection, draft_of, walk_drafts
from regulation.editing.text_format import drafts_to_text, text_to_sections
from regulation.order import Alinea
from webapp.backoffice.text_changes import changes_of_drafts

DATA = os.environ.get("ENVINORMA_DATA")
pytestmark = pytest.mark.skipif(not DATA, reason="ENVINORMA_DATA is not set: no real orders")

FOUND_OF_NUMBERED = 0.85
RIGHT_OF_GUESSED = 0.88
DIFFERING = 0.08


def tops() -> Iterator[DraftSection]:
    """Every article and annexe of the real orders."""
    with zipfile.ZipFile(Path(DATA or "") / "ams.zip") as archive:
        for name in archive.namelist():
            yield from map(draft_of, json.loads(archive.read(name))["sections"])


def flat(section: DraftSection) -> Iterator[Alinea]:
    yield from section.alineas
    for below in section.sections:
        yield Alinea(below.title)
        yield from flat(below)


def titles(section: DraftSection) -> Counter[str]:
    return Counter(below.title.strip() for below in walk_drafts(section.sections))


def test_most_numbered_titles_are_found_and_few_others() -> None:
    numbered = found = guessed = 0
    for top in tops():
        wanted, got = titles(top), titles(structured(top.title, flat(top)))
        numbered += sum(count for title, count in wanted.items() if any(numbers_of(title)))
        found += (wanted & got).total()
        guessed += got.total()
    assert numbered > 10_000
    assert (found / numbered > FOUND_OF_NUMBERED, found / guessed > RIGHT_OF_GUESSED) == (True, True), (
        f"{found} found of {numbered} numbered titles, {guessed} guessed"
    )


def test_the_structure_of_an_order_survives_its_import(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every eighth order, laid flat as Légifrance has it, comes back nearly as it was; no word is lost."""
    monkeypatch.setattr(answers, "ORDERS", tmp_path)
    differing = sections = 0
    with zipfile.ZipFile(Path(DATA or "") / "ams.zip") as archive:
        for name in sorted(archive.namelist())[::8]:
            archive.extract(name, tmp_path)
            ours = [draft_of(section) for section in json.loads(archive.read(name))["sections"]]
            theirs = imported(name.removesuffix(".json"))
            laid_out = laid_like(ours, theirs)
            assert fingerprint(laid_out) == fingerprint(theirs), name
            assert text_to_sections(drafts_to_text(laid_out)).sections, name
            differing += len(changes_of_drafts(comparable_drafts(ours), comparable_drafts(laid_out)))
            sections += sum(1 for _ in walk_drafts(ours))
    assert sections > 1_500
    assert differing / sections < DIFFERING


def imported(cid: str) -> tuple[DraftSection, ...]:
    body = json.dumps(answers.answer(cid, "2026-11-23")).encode()
    return drafts_of(read_text(body, cid, date(2026, 11, 23), is_consolidated=True))
