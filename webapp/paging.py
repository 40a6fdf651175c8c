"""Page numbers of a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Paging:
    """Where a page stands in a list; `arguments` are those of the address but for the page."""

    page: int
    total: int
    size: int
    arguments: Mapping[str, str]

    @property
    def last(self) -> int:
        """Return the number of the last page, at least 1."""
        return max(1, -(-self.total // self.size))

    @property
    def first_item(self) -> int:
        """Return the place in the list of the first item shown, from 1."""
        return (self.page - 1) * self.size + 1

    @property
    def last_item(self) -> int:
        """Return the place in the list of the last item shown."""
        return min(self.page * self.size, self.total)

    def numbers(self) -> list[int | None]:
        """Return the pages to link: first, last and those around this one; None where some are left out."""
        near = {1, self.last, *range(self.page - 1, self.page + 2)}
        shown: list[int | None] = []
        for number in sorted(number for number in near if 1 <= number <= self.last):
            if shown and number - (shown[-1] or 0) == 2:
                shown.append(number - 1)
            elif shown and number - (shown[-1] or 0) > 2:
                shown.append(None)
            shown.append(number)
        return shown

    def url_query(self, page: int) -> str:
        """Return the query of another page's address; page 1 has no number."""
        return urlencode({**self.arguments, **({"page": str(page)} if page > 1 else {})})


def kept_arguments(arguments: Mapping[str, str]) -> dict[str, str]:
    """Return what the addresses of the other pages of a list keep of this one's."""
    return {name: value for name, value in arguments.items() if value and name != "page"}
