"""The text that editors write: what it gives, what it refuses, and that nothing is lost on the way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.editing.drafts import DraftSection, draft_of
from regulation.editing.text_format import TextError, drafts_to_text, sections_to_text, text_to_sections
from regulation.order import Alinea, Cell, Link, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

SIGNS = st.text(alphabet=st.sampled_from(" \t\n\r\u00a0\u202f\u2028\xad\\#|=^<>[](){}éa1nstu_-"), max_size=12)
WORDS = st.one_of(
    SIGNS, st.sampled_from(["", "\\", "# a", "<table>", "[a](b)", "\\n", "{2 lignes} x", "|= a"])
)


@st.composite
def linked(draw: st.DrawFn) -> tuple[str, tuple[Link, ...]]:
    words = draw(WORDS)
    start = draw(st.integers(0, len(words)))
    target = draw(WORDS)
    return words, (Link(target, start, draw(st.integers(0, len(words) - start))),)


TEXTS = st.one_of(linked(), st.tuples(WORDS, st.just(())))
CELLS = st.builds(
    lambda text, colspan, rowspan: Cell(text[0], colspan, rowspan, text[1]),
    TEXTS,
    st.integers(-1, 3),
    st.integers(-1, 41),
)
ROWS = st.builds(Row, st.lists(CELLS, max_size=3).map(tuple), st.booleans())
TABLES = st.builds(Table, st.lists(ROWS, max_size=3).map(tuple))
ALINEAS = st.builds(lambda text, table: Alinea(text[0], table, text[1]), TEXTS, st.none() | TABLES)
SECTIONS = st.recursive(
    st.builds(DraftSection, WORDS, st.lists(ALINEAS, max_size=4).map(tuple)),
    lambda below: st.builds(DraftSection, WORDS, st.just(()), st.lists(below, max_size=3).map(tuple)),
    max_leaves=6,
)


def unlined(sections: Iterable[DraftSection]) -> tuple[DraftSection, ...]:
    return tuple(replace(section, sections=unlined(section.sections), line=0) for section in sections)


def read(text: str) -> tuple[DraftSection, ...]:
    return unlined(text_to_sections(text).sections)


@given(st.lists(SECTIONS, min_size=1, max_size=3))
def test_nothing_is_lost_from_draft_to_text_and_back(sections: list[DraftSection]) -> None:
    text = drafts_to_text(sections)
    assert read(text.replace("\n", "\r\n")) == tuple(sections)
    assert drafts_to_text(read(text)) == text


def test_the_fictitious_orders_come_back_from_their_text(demo_documents: list[dict[str, Any]]) -> None:
    for document in demo_documents:
        text = sections_to_text(document["sections"])
        assert read(text) == tuple(map(draft_of, document["sections"]))
        assert drafts_to_text(read(text)) == text


@pytest.mark.real_data
def test_the_real_orders_come_back_from_their_text(real_documents: dict[str, dict[str, Any]]) -> None:
    for document in real_documents.values():
        text = sections_to_text(document["sections"])
        assert read(text.replace("\n", "\r\n")) == tuple(map(draft_of, document["sections"]))
        assert drafts_to_text(read(text)) == text
    assert len(real_documents) == 217


def test_the_example_of_the_documentation_is_written_as_the_editor_shows_it() -> None:
    page = (Path(__file__).parents[4] / "docs" / "backoffice-text.md").read_text(encoding="utf-8")
    example = page.split("```\n")[1]
    assert drafts_to_text(text_to_sections(example).sections) == example


@pytest.mark.parametrize(
    ("alinea", "line"),
    [
        (Alinea(" deux espaces  "), "\\sdeux espaces\\s\\s"),
        (Alinea("\t- un tiret"), "\\t- un tiret"),
        (Alinea("JO\nn° 265"), "JO\\nn° 265"),
        (Alinea("500\u00a0m³ : 5\u202fkg"), "500\\_m³ : 5\\u{202f}kg"),
        (Alinea("# n'est pas un titre"), "\\# n'est pas un titre"),
        (Alinea("| n'est pas un tableau"), "\\| n'est pas un tableau"),
        (Alinea("<table> n'en est pas un"), "\\<table> n'en est pas un"),
        (Alinea("< 30 °C"), "< 30 °C"),
        (Alinea("[*] un modèle"), "[*] un modèle"),
        (Alinea("[1](voir plus bas)"), "[1]\\(voir plus bas)"),
        (Alinea(""), "\\"),
        (Alinea("C:\\temp"), "C:\\\\temp"),
        (
            Alinea("voir la norme.", None, (Link("https://a.fr/(b)", 8, 5),)),
            "voir la [norme](https://a.fr/\\(b\\)).",
        ),
    ],
)
def test_each_trap_has_its_escape(alinea: Alinea, line: str) -> None:
    text = f"# Article 1\n{line}\n"
    assert drafts_to_text([DraftSection("Article 1", (alinea,))]) == text
    assert read(text) == (DraftSection("Article 1", (alinea,)),)


def test_titles_make_the_tree_and_blank_lines_nothing() -> None:
    text = "\n#Article 1\nUn.\n\n  Deux.  \n## \\\n# Annexe\n## \\# un\n### 1.1.\n"
    assert read(text) == (
        DraftSection("Article 1", (Alinea("Un."), Alinea("Deux.")), (DraftSection(""),)),
        DraftSection("Annexe", (), (DraftSection("# un", (), (DraftSection("1.1."),)),)),
    )


def test_a_table_of_our_own() -> None:
    text = (
        "# A\n|^ Légende\n|= {2 lignes} Polluant | {2 colonnes, 3 lignes} Valeur\n| a \\| b ||\n|\n\n| seul |"
    )
    first = Row((Cell("Polluant", 1, 2), Cell("Valeur", 2, 3)), is_header=True)
    table = Table((first, Row((Cell("a | b"), Cell(""))), Row(())))
    assert read(text)[0].alineas == (Alinea("Légende", table), Alinea("", Table((Row((Cell("seul"),)),))))


def test_a_table_pasted_from_the_web() -> None:
    html = (
        "<TABLE class='x'><thead><tr><td>En-tête</td></tr></thead>\n<tr><th rowspan='2'>A<th>B\n"
        "<tr><td colspan=2>  un &lt; deux<br>trois <a href='https://a.fr'>la\n  norme</a></td>"
        "<td colspan='x'></td>\n</tr></table>\nAprès."
    )
    table, after = read(f"# A\n{html}")[0].alineas
    assert after == Alinea("Après.")
    assert table.table == Table(
        (
            Row((Cell("En-tête"),), is_header=True),
            Row((Cell("A", 1, 2), Cell("B")), is_header=True),
            Row((Cell("un < deux\ntrois la norme", 2, 1, (Link("https://a.fr", 16, 8),)), Cell(""))),
        )
    )


def test_lines_pasted_from_a_spreadsheet() -> None:
    draft = text_to_sections("# A\nDCO\t300 mg/l\nDBO5\t100 mg/l\nSeul.\tavec une tabulation")
    rows = (Row((Cell("DCO"), Cell("300 mg/l"))), Row((Cell("DBO5"), Cell("100 mg/l"))))
    assert draft.sections[0].alineas[0] == Alinea(
        "", Table((*rows, Row((Cell("Seul."), Cell("avec une tabulation")))))
    )
    assert [note.line for note in draft.notes] == [2]
    alone = text_to_sections("# A\nSeul.\tavec une tabulation")
    assert alone.sections[0].alineas == (Alinea("Seul.\tavec une tabulation"),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "ligne 1 : le texte n'a aucun titre"),
        ("\nDu texte.\n# A", "ligne 2 : du texte précède le premier titre"),
        ("# A\n### B", "ligne 2 : ce titre de niveau 3 saute un niveau : écrivez-le avec 2 # au plus."),
        ("## A", "ligne 1 : ce titre de niveau 2 saute un niveau"),
        ("# A\n#", "ligne 2 : ce titre est vide"),
        ("# [A](https://a.fr)", "ligne 1 : un titre ne peut pas porter de lien"),
        (
            "\n".join("#" * level + " A" for level in range(1, 22)),
            "ligne 21 : un titre ne peut pas avoir plus de",
        ),
        ("# A\nun \\x deux", "ligne 2 : « \\x » n'a pas de sens"),
        ("# A\nun \\", "ligne 2 : une barre oblique inverse termine la ligne"),
        ("# A\n\\u{110000}", "ligne 2 : le caractère \\u{110000} n'existe pas"),
        ("# A\n\\u{0}", "ligne 2 : le texte contient un caractère nul."),
        ("# A\n\\u{d800}", "ligne 2 : le texte contient un caractère incomplet."),
        ("# A\n| a |\n| {2} b |", "ligne 3 : l'étendue {2} d'une cellule ne peut pas être lue"),
        ("# A\n| a |\n|^ b", "ligne 3 : « |^ » n'est possible que sur la première ligne"),
        ("# A\n<table>\n<tr><td>a", "ligne 2 : ce tableau HTML n'est pas fermé"),
        ("# A\n<table>\n</table> suite", "ligne 3 : du texte suit </table>"),
        ("# A\n<table></table>", "ligne 2 : ce tableau HTML n'a aucune ligne"),
        ("# A\n<table><tr><td><table></table>", "ligne 2 : un tableau HTML en contient un autre"),
    ],
)
def test_a_text_that_cannot_be_read_names_the_line(text: str, sentence: str) -> None:
    with pytest.raises(TextError) as caught:
        text_to_sections(text)
    assert str(caught.value).startswith(sentence)
    assert str(caught.value).endswith(".")


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(TextError) as caught:
        text_to_sections("# A\n\\x\n# B\n#\n| {x} |")
    assert [problem.line for problem in caught.value.problems] == [2, 4, 5]


def test_a_title_that_looks_like_a_prescription_is_noted() -> None:
    long = " ".join(["mot"] * 26)
    notes = text_to_sections(f"# Article 1 :\n## {long}\n## {long[4:]}\n").notes
    assert [note.line for note in notes] == [1, 2]
    assert "se termine par « : »" in notes[0].sentence
    assert "plus de 25 mots" in notes[1].sentence
