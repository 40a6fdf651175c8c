"""Word-level differences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.differences import MOST_WORDS, Kind, is_same_text, word_changes


def marked(before: str, after: str) -> str:
    signs = {Kind.KEPT: "{}", Kind.TAKEN_OUT: "[-{}]", Kind.PUT_IN: "[+{}]"}
    return "".join(signs[run.kind].format(run.text) for run in word_changes(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("dans un délai de 15 jours.", "dans un délai de 30 jours.", "dans un délai de [-15][+30] jours."),
        (
            "Les eaux sont traitées.",
            "Les eaux pluviales sont traitées.",
            "Les eaux[+ pluviales] sont traitées.",
        ),
        ("l'exploitant mesure", "l'exploitant", "l'exploitant[- mesure]"),
        ("", "nouveau", "[+nouveau]"),
        ("même", "même", "même"),
    ],
)
def test_only_the_words_that_changed(before: str, after: str, expected: str) -> None:
    assert marked(before, after) == expected


def test_long_texts_come_one_after_the_other() -> None:
    before, after = "a " * MOST_WORDS, "b " * MOST_WORDS

    assert [run.kind for run in word_changes(before, after)] == [Kind.TAKEN_OUT, Kind.PUT_IN]


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_texts_can_be_read_from_the_runs(before: str, after: str) -> None:
    runs = word_changes(before, after)

    assert "".join(run.text for run in runs if run.kind is not Kind.PUT_IN) == before
    assert "".join(run.text for run in runs if run.kind is not Kind.TAKEN_OUT) == after


@pytest.mark.parametrize(
    ("one", "other", "same"), [("a b", "a\u00a0\nb ", True), ("a b", "ab", False), ("15 m", "16 m", False)]
)
def test_spaces_are_no_change(one: str, other: str, *, same: bool) -> None:
    assert is_same_text(one, other) is same
