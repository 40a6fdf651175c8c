"""Links that a page may show, and spans that keep a table's grid."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.markup import MAX_SPAN, Segment, grid, is_safe_target, segments
from regulation.order import Cell, Link, Row, Table

SAFE = "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000000000001?a=1#b"


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        (SAFE, True),
        ("HTTPS://exemple.invalid", True),
        ("http://exemple.invalid", False),
        ("javascript:alert(1)", False),
        ("//exemple.invalid", False),
        ("https:///sans-hote", False),
        ("https://", False),
        ("https://nom:mot@exemple.invalid", False),
        ("https://exemple.invalid\\@autre.invalid", False),
        ("https://exemple.invalid/ espace", False),
        ("https://exemple.invalid/\nligne", False),
        ("https://[exemple", False),
        (" https://exemple.invalid", False),
        ("", False),
    ],
)
def test_only_https_is_safe(target: str, *, safe: bool) -> None:
    assert is_safe_target(target) is safe


def link(position: int, size: int, target: str = SAFE) -> Link:
    return Link(target, position, size)


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ([], [Segment("Voir le code ici")]),
        ([link(8, 4)], [Segment("Voir le "), Segment("code", SAFE), Segment(" ici")]),
        ([link(13, 3), link(0, 4)], [Segment("Voir", SAFE), Segment(" le code "), Segment("ici", SAFE)]),
        ([link(0, 16)], [Segment("Voir le code ici", SAFE)]),
        ([link(0, 8), link(5, 7)], [Segment("Voir le ", SAFE), Segment("code ici")]),
        ([link(8, 4, "http://exemple.invalid")], [Segment("Voir le code ici")]),
        ([link(8, 400)], [Segment("Voir le code ici")]),
        ([link(8, 0)], [Segment("Voir le code ici")]),
    ],
)
def test_a_text_is_cut_at_its_links(links: list[Link], expected: list[Segment]) -> None:
    assert segments("Voir le code ici", links) == expected


def test_an_empty_text_is_one_segment() -> None:
    assert segments("", [link(0, 1)]) == [Segment("")]


any_link = st.builds(
    Link, st.sampled_from([SAFE, "http://x.invalid", ""]), st.integers(0, 30), st.integers(0, 30)
)


@given(st.text(max_size=20), st.lists(any_link, max_size=4))
def test_segments_join_to_the_text(text: str, links: list[Link]) -> None:
    found = segments(text, links)
    assert "".join(segment.text for segment in found) == text
    assert all(segment.href in ("", SAFE) for segment in found)


def test_spans_are_at_least_one_and_stay_inside_the_table() -> None:
    rows = (
        Row((Cell("a", 0, 41), Cell("b", -2, 0)), is_header=True),
        Row((Cell("c", 3, 2), Cell("d", 10**6, -1))),
        Row((Cell("e", 1, 2),)),
    )
    spans = [[(cell.colspan, cell.rowspan) for cell in row] for row in grid(Table(rows))]
    assert spans == [[(1, 3), (1, 1)], [(3, 2), (MAX_SPAN, 1)], [(1, 1)]]
    assert [[cell.is_header for cell in row] for row in grid(Table(rows))] == [
        [True, True],
        [False, False],
        [False],
    ]
