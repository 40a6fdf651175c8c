"""How a typed text is tidied before the dictionary reads it, and which texts a choice of filters leaves."""

import pytest

from regulation.topics import Topic
from webapp.fulltext.question import LONGEST_TEXT, Filters, tidy, words_of


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("  eau   pluviale ", "eau pluviale"),
        ("« eau pluviale »", '" eau pluviale "'),
        ("“eau”", '"eau"'),
        ("re\u0301tention", "rétention"),
        ("cuve OU réservoir", "cuve OR réservoir"),
        ("COURS", "COURS"),
        ("cuve ou réservoir", "cuve ou réservoir"),
        ("cuve OR réservoir", "cuve OR réservoir"),
        ("mine d'or", "mine d'or"),
        ("or et argent", '"or" et argent'),
        ('"or OU argent"', '"or OU argent"'),
        ("\u2212bruit", "-bruit"),
        ("a\0b", "a b"),
        ("x" * 500, "x" * LONGEST_TEXT),
    ],
)
def test_a_text_is_tidied(typed: str, text: str) -> None:
    assert tidy(typed) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rétention étanche", ["rétention", "étanche"]),
        ('"bassin étanche" -cuve', ["bassin", "étanche"]),
        ("eau OR eau", ["eau"]),
        ("sous-sol", ["sous", "sol"]),
        ("-cuve", []),
    ],
)
def test_the_words_that_are_wanted(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("filters", "am", "ap"),
    [
        (Filters(), True, True),
        (Filters(kind="am"), True, False),
        (Filters(kind="ap"), False, True),
        (Filters(topic=Topic.EAU), True, False),
        (Filters(num_dep="77"), False, True),
        (Filters(regime="A", rubrique="1510"), True, True),
        (Filters(topic=Topic.EAU, num_dep="77"), False, False),
    ],
)
def test_which_texts_the_filters_leave(filters: Filters, am: bool, ap: bool) -> None:
    assert (filters.wants_am, filters.wants_ap) == (am, ap)
