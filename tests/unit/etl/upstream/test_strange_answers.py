"""Whatever a source answers, it is read or refused with a sentence, and the editor can show it."""

import json
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from etl.aida import read_page
from etl.errors import RefusedError
from etl.legifrance import drafts_of
from etl.legifrance.reading import read_text
from regulation.editing.text_format import drafts_to_text, text_to_sections
from tests.stand_ins.upstream import article, section, text

CID = "JORFTEXT000012345678"
PIECES = st.sampled_from(
    [
        "<p>", "</p>", "<table>", "<td colspan='x'>", "<tr>", "<td>", "</table>", "<h2>Titre</h2>", "<p/>",
        "<a href='//x'>", "<a href='javascript:x'>lien</a>", "1. Eau", "I. - Air", "a)", "\x00", "\ud800",
        "\u202e", "#", "|", "<!--", "&#0;", "é", "<script>", "</script>", "<div id='content-inner'>", "<h1>A",
        "<svg><a/>", "\\",
    ]
)  # fmt: skip
HTML = st.lists(PIECES, max_size=25).map("".join)
WORDS = st.one_of(st.none(), HTML, st.text(max_size=8))


@given(HTML, WORDS, HTML)
@settings(max_examples=200, deadline=None)
def test_an_article_of_any_content_can_be_shown(content: str, num: str | None, title: str) -> None:
    values = text(CID, [article(num, content, 1)], [section(title, 2, [article("2", content, 1)])])
    body = json.dumps(values).encode()
    shown = drafts_to_text(drafts_of(read_text(body, CID, date(2026, 1, 1), is_consolidated=True)))
    assert shown.encode()
    text_to_sections(shown)


ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5)),
    lambda inside: st.one_of(
        st.lists(inside, max_size=3),
        st.dictionaries(st.sampled_from(["articles", "sections", "title", "content", "num", "etat"]), inside),
    ),
    max_leaves=12,
)


@given(ANYTHING)
@settings(max_examples=200, deadline=None)
def test_an_answer_of_any_shape_is_read_or_refused(values: Any) -> None:
    try:
        drafts_of(read_text(json.dumps(values).encode(), CID, date(2026, 1, 1), is_consolidated=True))
    except RefusedError:
        return


@given(HTML)
@settings(max_examples=200, deadline=None)
def test_a_page_of_any_content_is_read_or_refused(page: str) -> None:
    try:
        sections = read_page(page, "https://aida.ineris.fr/consultation_document/1")
    except RefusedError:
        return
    text_to_sections(drafts_to_text(sections))
