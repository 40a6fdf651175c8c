"""What changed between two texts of an order: sections that came, went, moved or changed, word by word."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.editing.text_format import text_to_sections
from regulation.order import Alinea, Cell, Link, Row, Table
from webapp.backoffice.text_changes import (
    Fate,
    SectionChange,
    changes_between,
    changes_of_drafts,
    written,
)
from webapp.differences import Kind, Run

MARKS = {Kind.KEPT: "{}", Kind.TAKEN_OUT: "[-{}]", Kind.PUT_IN: "[+{}]"}

BEFORE = """# Article 1
Le premier alinéa de cet article est assez long pour être reconnu.
Le deuxième alinéa, lui aussi, est assez long pour être reconnu.
## 1.1. Eau
Les eaux pluviales sont collectées puis traitées avant leur rejet.
# Article 2
Le délai est de 15 jours à compter de la notification.
"""


def section(name: str, title: str, *texts: str, below: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """A raw section."""
    alineas = [{"text": text} for text in texts]
    return {"id": name, "title": {"text": title}, "outer_alineas": alineas, "sections": list(below)}


def document(*sections: dict[str, Any]) -> dict[str, Any]:
    """A raw order, of which the text alone is compared."""
    return {"sections": list(sections)}


def said(runs: tuple[Run, ...]) -> str:
    return "".join(MARKS[run.kind].format(run.text) for run in runs)


def told(changes: list[SectionChange]) -> list[str]:
    return [f"{change.fate.name} {said(change.title)}" for change in changes]


def passages(change: SectionChange) -> list[str]:
    return [f"={passage.kept}" if passage.kept else said(passage.runs) for passage in change.passages]


ONE, TWO, THREE = (section(name, f"Titre {name}", f"Texte de {name}") for name in ("un", "deux", "trois"))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((ONE, TWO), (ONE, TWO), []),
        ((ONE, TWO), (ONE, TWO, THREE), ["ADDED [+Titre trois]"]),
        ((ONE, TWO, THREE), (ONE, THREE), ["REMOVED [-Titre deux]"]),
        ((ONE, TWO, THREE), (TWO, THREE, ONE), ["MOVED Titre un"]),
        ((ONE, TWO), (section("un", "Titre un", "Texte de un", below=(TWO,)),), ["MOVED Titre deux"]),
        ((ONE,), (section("un", "Article un", "Texte de un"),), ["CHANGED [-Titre][+Article] un"]),
        ((ONE, TWO, THREE), (THREE,), ["REMOVED [-Titre un]", "REMOVED [-Titre deux]"]),
        ((ONE, TWO), (ONE, THREE), ["REMOVED [-Titre deux]", "ADDED [+Titre trois]"]),
        ((ONE, ONE), (ONE,), ["REMOVED [-Titre un]"]),
    ],
)
def test_each_section_says_what_became_of_it(
    before: tuple[dict[str, Any], ...], after: tuple[dict[str, Any], ...], expected: list[str]
) -> None:
    assert told(changes_between(document(*before), document(*after))) == expected


def test_alineas_are_told_word_by_word_in_reading_order() -> None:
    before = section("a", "A", "Premier.", "Le délai est de 15 jours.", "Troisième.", "Quatrième.")
    after = section("a", "A", "Premier.", "Nouveau.", "Le délai est de 30 jours.", "Quatrième.")
    (change,) = changes_between(document(before), document(after))
    assert passages(change) == [
        "=1",
        "[+Nouveau.]",
        "Le délai est de [-15][+30] jours.",
        "[-Troisième.]",
        "=1",
    ]
    assert [passage.number for passage in change.passages if not passage.kept] == [2, 3, 0]


def test_alineas_that_changed_places_are_seen() -> None:
    before, after = section("a", "A", "Premier.", "Deuxième."), section("a", "A", "Deuxième.", "Premier.")
    (change,) = changes_between(document(before), document(after))
    assert sorted(passages(change)) in (
        ["=1", "[+Premier.]", "[-Premier.]"],
        ["=1", "[+Deuxième.]", "[-Deuxième.]"],
    )


def test_a_section_that_moved_says_from_where() -> None:
    inside = document(section("un", "Titre un", "Texte de un", below=(TWO,)))
    (change,) = changes_between(inside, document(ONE, TWO))
    assert change.titles == ("Titre deux",)
    assert change.moved_from == ("Titre un", "Titre deux")


def test_links_and_tables_are_compared_as_the_editor_shows_them() -> None:
    linked = Alinea("voir l’annexe", None, (Link("https://example.org", 5, 8),))
    assert written(linked) == "voir [l’annexe](https://example.org)"
    table = Alinea("", Table((Row((Cell("DCO"), Cell("300", colspan=2))),)))
    assert written(table) == "| DCO | {2 colonnes} 300 |"


def test_texts_without_ids_are_matched_by_title_and_content() -> None:
    after = BEFORE.replace("# Article 2", "# Article 3 : délais").replace("15 jours", "30 jours")
    drafts = (text_to_sections(text).sections for text in (BEFORE, after))
    changes = changes_of_drafts(*drafts)
    assert told(changes) == ["CHANGED Article [-2][+3 : délais]"]
    assert passages(changes[0]) == ["Le délai est de [-15][+30] jours à compter de la notification."]
    assert changes[0].fate is Fate.CHANGED


texts = st.lists(st.sampled_from(["a b c", "a b d", "e", "f g", "", "x y z w"]), max_size=6)


@given(texts, texts)
def test_both_texts_can_be_read_from_the_passages(before: list[str], after: list[str]) -> None:
    old, new = (section("a", "A", *side) for side in (before, after))
    changes = changes_between(document(old), document(new))
    if before == after:
        assert changes == []
        return
    (change,) = changes
    for kind, alineas in ((Kind.PUT_IN, change.before), (Kind.TAKEN_OUT, change.after)):
        kept = sum(passage.kept for passage in change.passages)
        lines = [
            "".join(run.text for run in passage.runs if run.kind is not kind)
            for passage in change.passages
            if passage.runs and {run.kind for run in passage.runs} != {kind}
        ]
        assert kept + len(lines) == len(alineas)
        assert set(lines) <= {written(alinea) for alinea in alineas}
