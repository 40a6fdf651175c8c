"""Two texts that say the same have one fingerprint; what says something else has another."""

import pytest

from etl.upstream.words import comparable_drafts, fingerprint
from regulation.editing.drafts import DraftSection
from regulation.order import Alinea, Cell, Link, Row, Table


def text(*lines: str, title: str = "Article 1") -> tuple[DraftSection, ...]:
    return (DraftSection(title, tuple(map(Alinea, lines))),)


def table(*cells: str) -> tuple[DraftSection, ...]:
    row = Row(tuple(Cell(cell) for cell in cells))
    return (DraftSection("Article 1", (Alinea("", Table((row,))),)),)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (text("L'eau\u00a0; l\u2019air"), text("L\u2019eau ;  l'air")),
        (text("« propre »"), text("\u201cpropre\u201d")),
        (text("I. \u2014 Champ"), text("I. - Champ")),
        (text("Un alinéa.", "Un autre."), text("Un alinéa. Un autre.")),
        (text("EAU", title="Article 1"), text("Eau", title="ARTICLE 1")),
        (text("Objet", title="Article 1"), text(title="Article 1 - Objet")),
        (table("DCO", "300"), text("DCO", "300")),
        (text("un œuf"), text("un oeuf")),
        (text("a\u00adb"), text("ab")),
        ((DraftSection("Article 1", (Alinea("Eau", None, (Link("https://a.fr", 0, 3),)),)),), text("Eau")),
    ],
)
def test_what_says_the_same(one: tuple[DraftSection, ...], other: tuple[DraftSection, ...]) -> None:
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (text("moins de 5 mg/l"), text("moins de 50 mg/l")),
        (text("T < 5"), text("T > 5")),
        (text("\u22125 °C"), text("5 °C")),
        (text("x ≥ 2"), text("x ≤ 2")),
        (text("un", "deux"), text("deux", "un")),
        (text("un"), text("un", "")[:0]),
    ],
)
def test_what_says_something_else(one: tuple[DraftSection, ...], other: tuple[DraftSection, ...]) -> None:
    assert fingerprint(one) != fingerprint(other)


def test_what_is_compared_has_no_links_and_one_typography() -> None:
    linked = Alinea("L\u2019eau\u00a0:", None, (Link("https://a.fr", 0, 3),))
    cell = Cell("«\u00a0x\u00a0»", 2, 1, (Link("https://a.fr", 0, 1),))
    (section,) = comparable_drafts(
        (DraftSection(" T\u00a0; ", (linked, Alinea("", Table((Row((cell,)),))))),)
    )
    first, second = section.alineas
    assert (section.title, first) == ("T;", Alinea("L'eau:"))
    assert second.table == Table((Row((Cell('" x "', 2, 1),)),))
