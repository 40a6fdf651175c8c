"""What a typed text asks for."""

import pytest

from webapp.installations.search import LONGEST_TEXT, Wanted, parse_text


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", Wanted()),
        ("   ", Wanted()),
        ("  carrefour   paris ", Wanted(text="carrefour paris")),
        ("0065.00005", Wanted(identifier="0065.00005")),
        ("0065.0", Wanted(identifier="0065.0")),
        ("0065.", Wanted(identifier="0065.")),
        ("0006500005", Wanted(identifier="0065.00005")),
        ("77120", Wanted(text="77120")),
        ("0065.00005 carrefour", Wanted(text="0065.00005 carrefour")),
        ("0065.000051", Wanted(text="0065.000051")),
        ("a\0b", Wanted(text="a b")),
        ("x" * 500, Wanted(text="x" * LONGEST_TEXT)),
    ],
)
def test_parse_text(typed: str, expected: Wanted) -> None:
    assert parse_text(typed) == expected


def test_only_an_empty_question_is_empty() -> None:
    assert parse_text(" ").is_empty
    assert not parse_text("a").is_empty
    assert not Wanted(num_dep="77").is_empty
