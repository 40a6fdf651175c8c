"""Every element of the real orders through its form: as it was, and in words."""

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from regulation.editing.carried import ElementKind
from regulation.editing.condition_values import Known
from regulation.editing.drafts import raw_sections
from regulation.editing.parameters import WHOLE_ORDER, elements_of
from webapp.backoffice.parametrization.element_form import judged, shown_form
from webapp.backoffice.parametrization.overview import ShownSection, overview_of
from webapp.backoffice.parametrization.places import ORDER_ADDRESS, Target, find_place

pytestmark = pytest.mark.real_data


def shown_in(sections: Sequence[ShownSection]) -> int:
    return sum(len(section.elements) + shown_in(section.sections) for section in sections)


def test_every_real_element_comes_back_as_it_was(real_data: Path) -> None:
    with zipfile.ZipFile(real_data / "ams.zip") as archive:
        documents = [json.loads(archive.read(name)) for name in archive.namelist()]
    found = dict.fromkeys(ElementKind, 0)
    for document in documents:
        for section_id in (WHOLE_ORDER, *(section["id"] for section in raw_sections(document["sections"]))):
            for kind in found.keys() - {ElementKind.TOPIC}:
                for rank, raw in enumerate(elements_of(document, section_id, kind)):
                    place = find_place(document, section_id or ORDER_ADDRESS)
                    assert place is not None
                    target = Target(place, kind, rank, raw)
                    form = judged(shown_form(target), target, Known())
                    assert json.dumps(form.element) == json.dumps(raw)
                    found[kind] += 1
        short = overview_of(document, is_short=True)
        assert len(short.elements) + shown_in(short.sections) == sum(short.counts.values())
    assert [found[kind] for kind in list(ElementKind)[:3]] == [1_492 + 16, 40, 19]
