"""Page numbers."""

import pytest

from webapp.paging import Paging


@pytest.mark.parametrize(
    ("page", "total", "expected"),
    [
        (1, 0, [1]),
        (1, 20, [1]),
        (1, 21, [1, 2]),
        (3, 100, [1, 2, 3, 4, 5]),
        (1, 400, [1, 2, None, 20]),
        (4, 400, [1, 2, 3, 4, 5, None, 20]),
        (10, 400, [1, None, 9, 10, 11, None, 20]),
        (20, 400, [1, None, 19, 20]),
    ],
)
def test_numbers_around_the_page(page: int, total: int, expected: list[int | None]) -> None:
    assert Paging(page, total, 20, {}).numbers() == expected


def test_items_of_the_last_page() -> None:
    paging = Paging(2, 24, 20, {})

    assert (paging.first_item, paging.last_item, paging.last) == (21, 24, 2)


def test_addresses_keep_the_question() -> None:
    paging = Paging(2, 400, 20, {"q": "l’été & co", "regime": "A"})

    assert paging.url_query(1) == "q=l%E2%80%99%C3%A9t%C3%A9+%26+co&regime=A"
    assert paging.url_query(3).endswith("&regime=A&page=3")
