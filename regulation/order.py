"""The tree of an order: immutable values, as read from its file (`regulation.order_file`) or personalised.

A section carries its `State`: read from a file it is neutral (active, nothing said);
`regulation.personalise` gives trees in which some sections have another state and everything unchanged is
shared with the order as read.

Words of the file and ours: ``outer_alineas`` -> `Section.alineas`, ``classements_with_alineas`` ->
`Order.bindings`, ``date_of_signature`` -> `Order.signed_on`, ``annotations.topic`` -> `Section.topic`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from regulation.classement import Regime
    from regulation.conditions import Condition
    from regulation.topics import Topic
    from regulation.warnings import OrderWarning


@dataclass(frozen=True, slots=True)
class Link:
    """A link on ``size`` characters of a text from ``position``; unsafe until seen by `regulation.markup`."""

    target: str
    position: int
    size: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; spans as the file has them, which may be 0 or less."""

    text: str
    colspan: int = 1
    rowspan: int = 1
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    cells: tuple[Cell, ...]
    is_header: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `regulation.markup.grid` gives it with spans that a page can use."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Alinea:
    """One paragraph, or one table (then the text is usually empty)."""

    text: str
    table: Table | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """How a section is cited: number ("Annexe I > 2.8.") and name, either of which may be empty."""

    number: str = ""
    name: str = ""

    def __bool__(self) -> bool:
        return bool(self.number or self.name)


NO_REFERENCE = Reference()


@dataclass(frozen=True, slots=True)
class Inapplicability:
    """What falls away when the condition holds; no ``alineas`` means the whole section."""

    condition: Condition
    alineas: tuple[int, ...] = ()
    subsections_are_inapplicable: bool = True


@dataclass(frozen=True, slots=True)
class Modification:
    """The text that replaces title, alineas and children of the section when the condition holds."""

    condition: Condition
    new_version: Section


@dataclass(frozen=True, slots=True)
class Parametrization:
    """What may change in a section, and the sentences that stand beside it whatever the installation."""

    inapplicabilities: tuple[Inapplicability, ...] = ()
    modifications: tuple[Modification, ...] = ()
    warnings: tuple[str, ...] = ()


NO_PARAMETRIZATION = Parametrization()


@dataclass(frozen=True, slots=True)
class State:
    """What an installation makes of a section.

    ``active_alineas`` has one flag for each own alinea; ``previous`` is the section before its modification.
    """

    active: bool = True
    modified: bool = False
    warnings: tuple[OrderWarning, ...] = ()
    active_alineas: tuple[bool, ...] = ()
    previous: Section | None = None

    @property
    def is_neutral(self) -> bool:
        """Whether nothing is said of the section: active, as written, without warning, all alineas active."""
        return self.active and not self.modified and not self.warnings and all(self.active_alineas)


@lru_cache(maxsize=1024)
def neutral_state(n_alineas: int) -> State:
    """The shared state of an untouched section of so many own alineas."""
    return State(active_alineas=(True,) * n_alineas)


@lru_cache(maxsize=1024)
def inactive_state(n_alineas: int) -> State:
    """The shared state of a section that falls away with its parent."""
    return State(active=False, active_alineas=(False,) * n_alineas)


@dataclass(frozen=True, slots=True)
class Section:
    """A node of the tree; its id is unique over all orders and case-sensitive."""

    id: str
    title: str
    alineas: tuple[Alinea, ...]
    sections: tuple[Section, ...]
    reference: Reference
    topic: Topic | None
    parametrization: Parametrization
    state: State


@dataclass(frozen=True, slots=True)
class Binding:
    """A rubrique and regime that an order is about; no ``alineas`` means all of them."""

    rubrique: str
    regime: Regime
    alineas: frozenset[str] = frozenset()

    def covers(self, alinea: str) -> bool:
        """Whether a classement with this alinea, of this rubrique and regime, is concerned."""
        return not self.alineas or alinea in self.alineas


@dataclass(frozen=True, slots=True)
class Order:
    """A ministerial order (AM), identified by its cid."""

    cid: str
    title: str
    signed_on: date
    sections: tuple[Section, ...]
    bindings: tuple[Binding, ...] = ()
    is_transverse: bool = False
    nickname: str = ""
    warnings: tuple[str, ...] = ()
    condition_of_inapplicability: Condition | None = None
    visa: tuple[Alinea, ...] = ()
    aida_url: str = ""
    legifrance_url: str = ""


def walk(sections: Iterable[Section]) -> Iterator[Section]:
    """Every section of a tree, in the order of the text."""
    for section in sections:
        yield section
        yield from walk(section.sections)


def count_sections(sections: Iterable[Section]) -> int:
    """How many sections a tree has."""
    return sum(1 for _ in walk(sections))
