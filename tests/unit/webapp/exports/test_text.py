"""Texts that any file may hold and no spreadsheet computes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.exports.text import FORMULA_SIGNS, in_pieces, lines, one_line, shortened


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- les stockages", "– les stockages"),
        ("-12 °C", "'-12 °C"),
        ("=1+1", "'=1+1"),
        ("+33 1", "'+33 1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'=1+1"),
        (" \x00=1+1", "'=1+1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("a = b - c", "a = b - c"),
        ("prix\xa0: 3", "prix\xa0: 3"),
        ("\ud800a\ufffeb\x1b", "ab"),
    ],
)
def test_lines_are_neutral(text, expected):
    assert lines(text) == [expected]


def test_lines_end_where_any_program_ends_them():
    assert lines("a\r\nb\rc\n\n \nd\u2028e\x0bf") == ["a", "b", "c", "d", "e", "f"]
    assert one_line("a\r\n=b") == "a '=b"


@given(st.text())
def test_no_text_becomes_a_formula(text):
    for line in lines(text):
        assert not line.startswith((*FORMULA_SIGNS, "\t", "\r", "\n", " "))
        assert all(sign not in line for sign in "\t\r\n\x00")


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("court", 75, "court"),
        ("un deux trois", 9, "un deux…"),
        ("un deux trois", 8, "un deux…"),
        ("un deux trois", 7, "un…"),
        ("anticonstitutionnellement", 10, "anticonst…"),
        ("a" * 75, 75, "a" * 75),
        ("", 75, ""),
    ],
)
def test_names_are_cut_at_a_word(text, limit, expected):
    assert shortened(text, limit) == expected


@given(st.text(), st.integers(2, 80))
def test_names_keep_within_their_limit(text, limit):
    assert len(shortened(text, limit)) <= limit


def test_long_texts_go_on_in_another_cell():
    pieces = in_pieces(["a" * 6, "b" * 3, "c c c c c c"], 10)

    assert pieces == [["a" * 6, "b" * 3], ["c c c c c"], ["c"]]
    assert in_pieces([], 10) == [[]]
