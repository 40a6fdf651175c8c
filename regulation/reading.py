"""Reading untrusted JSON into values, with errors that know the place in the tree.

Each reader takes a decoded JSON value and gives a typed one, or raises `ReadingError` with a French
reason. `field` and `each` add the key or the index on the way up, so that the place costs nothing while
all goes well.
"""

from __future__ import annotations

import json
import math
from datetime import date
from typing import TYPE_CHECKING, NoReturn, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

T = TypeVar("T")
E = TypeVar("E", bound="StrEnum")

_NAMES = {
    dict: "un objet",
    list: "une liste",
    str: "un texte",
    bool: "un booléen",
    int: "un nombre",
    float: "un nombre",
    type(None): "null",
}


class ReadingError(ValueError):
    """A value that cannot be read: why, where in the tree, and inside which section."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = ""
        self.section_id = ""

    def within(self, step: str) -> Self:
        """The same error one level up, reached from there by ``step`` ("key" or "[3]")."""
        joint = "." if self.place and not self.place.startswith("[") else ""
        self.place = f"{step}{joint}{self.place}"
        return self

    def __str__(self) -> str:
        section = f" (section {self.section_id})" if self.section_id else ""
        where = f"{self.place}{section}"
        return f"{where} : {self.reason}" if where else self.reason


def decode(data: bytes) -> object:
    """JSON from UTF-8 bytes.

    Raises:
        ReadingError: the bytes are not UTF-8 or not JSON, nest too deep, or hold NaN or an infinite number.
    """
    try:
        decoded: object = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except ReadingError:
        raise
    except UnicodeDecodeError as error:
        raise ReadingError(f"n'est pas en UTF-8 (octet {error.start + 1})") from error
    except json.JSONDecodeError as error:
        raise ReadingError(
            f"n'est pas un JSON valide (ligne {error.lineno}, colonne {error.colno})"
        ) from error
    except RecursionError as error:
        raise ReadingError("l'imbrication est trop profonde") from error
    except ValueError as error:
        raise ReadingError("contient un nombre trop long") from error
    return decoded


def _refuse_constant(name: str) -> NoReturn:
    raise ReadingError(f"contient {name}, qui n'est pas un nombre")


def expected(what: str, value: object) -> ReadingError:
    """The error of a value that is not what it should be."""
    return ReadingError(f"attendu : {what}, trouvé : {_NAMES.get(type(value), 'autre chose')}")


def system_reason(error: OSError) -> str:
    """Why the system refused a file, in French where the reason is a common one."""
    return _SYSTEM_REASONS.get(type(error), error.strerror or str(error))


_SYSTEM_REASONS: dict[type[OSError], str] = {
    FileNotFoundError: "ce chemin n'existe pas",
    PermissionError: "accès refusé",
    IsADirectoryError: "c'est un dossier",
    NotADirectoryError: "ce chemin passe par un fichier",
}


def quoted(value: object) -> str:
    """A value inside a sentence, cut where it is long and without what would break a line."""
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=True)
    short = words if len(words) <= 60 else f"{words[:59]}…"
    return f"« {printable(short)} »"


def printable(words: str) -> str:
    """A text for a terminal: line breaks, control characters and the like become spaces."""
    return "".join(letter if letter.isprintable() else " " for letter in words)


def field(document: object, key: str, read: Callable[[object], T]) -> T:
    """Read the value under a key that must be there."""
    if not isinstance(document, dict):
        raise expected("un objet", document)
    if key not in document:
        raise ReadingError(f"clé « {key} » absente")
    try:
        return read(document[key])
    except ReadingError as error:
        raise error.within(key) from None


def field_or(document: object, key: str, read: Callable[[object], T], default: T) -> T:
    """Read the value under a key, or give the default where the key is absent or null."""
    if not isinstance(document, dict):
        raise expected("un objet", document)
    return default if document.get(key) is None else field(document, key, read)


def each(read: Callable[[object], T]) -> Callable[[object], tuple[T, ...]]:
    """A reader of lists from a reader of items."""

    def read_all(value: object) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise expected("une liste", value)
        items: list[T] = []
        try:
            for item in value:
                items.append(read(item))  # noqa: PERF401 - the count tells where an error arose
        except ReadingError as error:
            raise error.within(f"[{len(items)}]") from None
        return tuple(items)

    return read_all


def text(value: object) -> str:
    """A text that a database can keep and UTF-8 can write: no NUL, no half of a surrogate pair."""
    if not isinstance(value, str):
        raise expected("un texte", value)
    if value.isascii():
        if "\0" in value:
            raise ReadingError("le texte contient un caractère nul")
        return value
    try:
        data = value.encode()
    except UnicodeEncodeError as error:
        raise ReadingError("le texte contient un caractère incomplet") from error
    if b"\0" in data:
        raise ReadingError("le texte contient un caractère nul")
    return value


def boolean(value: object) -> bool:
    """True or false, nothing else."""
    if not isinstance(value, bool):
        raise expected("un booléen", value)
    return value


def integer(value: object) -> int:
    """A whole number of a size that a page or a table can bear."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise expected("un nombre entier", value)
    if abs(value) > 1_000_000:
        raise ReadingError("le nombre est trop grand")
    return value


def index(value: object) -> int:
    """A place in a list, from 0."""
    number = integer(value)
    if number < 0:
        raise ReadingError(f"l'indice {number} est négatif")
    return number


def number(value: object) -> float:
    """A finite real number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise expected("un nombre", value)
    try:
        real = float(value)
    except OverflowError:
        real = math.inf
    if not math.isfinite(real):
        raise ReadingError("le nombre est trop grand")
    return real


def iso_date(value: object) -> date:
    """A date written ``yyyy-mm-dd``."""
    words = text(value)
    try:
        day = date.fromisoformat(words)
    except ValueError:
        day = None
    if day is None or day.isoformat() != words:
        raise ReadingError(f"{quoted(words)} n'est pas une date de la forme aaaa-mm-jj")
    return day


def one_of(kind: type[E], what: str) -> Callable[[object], E]:
    """A reader of the members of an enumeration; ``what`` names them in the sentence of an error."""
    members = {member.value: member for member in kind}

    def read_member(value: object) -> E:
        member = members.get(value) if isinstance(value, str) else None
        if member is None:
            raise ReadingError(
                f"{what} {quoted(value)} inconnu ; attendu : {', '.join(m for m in members if m)}"
            )
        return member

    return read_member
