"""The structure guessed from numbers, measured on real orders: their titles laid flat, then found again."""

import json
import os
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.upstream.numbering import numbers_of
from etl.upstream.structure import structured
from regulation.editing.drafts import DraftSection, draft_of, walk_drafts
from regulation.order import Alinea

DATA = os.environ.get("ENVINORMA_DATA")
pytestmark = pytest.mark.skipif(not DATA, reason="ENVINORMA_DATA is not set: no real orders")

FOUND_OF_NUMBERED = 0.85
RIGHT_OF_GUESSED = 0.88


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
