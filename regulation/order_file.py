"""An order from its JSON file, with errors that name the file and the place in the tree.

What the engine cannot do without must be there; what only dresses the page may be absent. An alinea index
out of range is no error here: `regulation.consistency` warns of it and the engine passes over it. The form of
the file is told in docs/rules.md.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from regulation.classement import BOUND_REGIMES, Regime
from regulation.condition_file import read_condition
from regulation.order import (
    NO_PARAMETRIZATION,
    NO_REFERENCE,
    Alinea,
    Binding,
    Cell,
    Inapplicability,
    Link,
    Modification,
    Order,
    Parametrization,
    Reference,
    Row,
    Section,
    Table,
    neutral_state,
    walk,
)
from regulation.reading import (
    ReadingError,
    boolean,
    decode,
    each,
    field,
    field_or,
    index,
    integer,
    iso_date,
    one_of,
    quoted,
    text,
)
from regulation.topics import Topic

if TYPE_CHECKING:
    from collections.abc import Callable

    from regulation.conditions import Condition

T = TypeVar("T")

MAX_SECTION_DEPTH = 20
MAX_ELEMENTS = 100

_CID = re.compile(r"(?:JORFTEXT|LEGITEXT)[0-9]{12}")
_TRIAL_CID = re.compile(r"[0-9A-Za-z_-]{0,40}FAKE[0-9A-Za-z_-]{0,40}")
_SECTION_ID = re.compile(r"[0-9A-Za-z_-]{1,40}")


class OrderFileError(ValueError):
    """An order that cannot be read; the text is a French sentence that names the file and the place."""

    def __init__(self, file: str, cause: ReadingError) -> None:
        joint = ", " if cause.place or cause.section_id else " : "
        super().__init__(f"{file}{joint}{cause}")
        self.file = file
        self.place = cause.place
        self.section_id = cause.section_id
        self.reason = cause.reason


def read_order(data: bytes, file: str) -> Order:
    """The order of a JSON file.

    Raises:
        OrderFileError: the bytes are no order; ``file`` is the name that the sentence gives.
    """
    try:
        return order_of(decode(data))
    except ReadingError as error:
        raise OrderFileError(file, error) from error


def order_of(document: object) -> Order:
    """The order of a decoded JSON document.

    Raises:
        ReadingError: a key is missing, a value is of another kind than expected, a section id comes twice.
    """
    cid = field(document, "id", read_cid)
    warnings, condition = field(document, "applicability", _read_applicability)
    order = Order(
        cid=cid,
        title=field(document, "title", _read_title),
        signed_on=field(document, "date_of_signature", iso_date),
        sections=field(document, "sections", each(partial(_read_section, depth=1))),
        bindings=field(document, "classements_with_alineas", each(_read_binding)),
        is_transverse=field(document, "is_transverse", boolean),
        nickname=field_or(document, "nickname", text, ""),
        warnings=warnings,
        condition_of_inapplicability=condition,
        visa=field_or(document, "visa", _read_alineas, ()),
        aida_url=field_or(document, "aida_url", text, ""),
        legifrance_url=field_or(document, "legifrance_url", text, ""),
    )
    _refuse_repeated_ids(order)
    return order


def is_cid(value: str) -> bool:
    """Whether a text identifies a published order: JORFTEXT or LEGITEXT, then twelve digits."""
    return _CID.fullmatch(value) is not None


def read_cid(value: object) -> str:
    """The identifier of an order, or of a trial one, whose identifier contains FAKE."""
    cid = text(value)
    if not is_cid(cid) and not _TRIAL_CID.fullmatch(cid):
        raise ReadingError(
            f"identifiant {quoted(cid)} invalide ; attendu : JORFTEXT ou LEGITEXT puis douze chiffres"
        )
    return cid


def _refuse_repeated_ids(order: Order) -> None:
    seen: set[str] = set()
    for section in walk(order.sections):
        versions = [modification.new_version for modification in section.parametrization.modifications]
        for each_section in (section, *walk(versions)):
            if each_section.id in seen:
                raise ReadingError(
                    f"l'identifiant de section {quoted(each_section.id)} est employé deux fois"
                )
            seen.add(each_section.id)


def _read_title(document: object) -> str:
    return field(document, "text", text)


def _read_applicability(document: object) -> tuple[tuple[str, ...], Condition | None]:
    return (
        field(document, "warnings", each(text)),
        _nullable(document, "condition_of_inapplicability", read_condition, None),
    )


def _read_binding(document: object) -> Binding:
    return Binding(
        rubrique=field(document, "rubrique", text),
        regime=field(document, "regime", _read_bound_regime),
        alineas=frozenset(field(document, "alineas", each(text))),
    )


_read_regime = one_of(Regime, "régime")
_read_topic = one_of(Topic, "thème")


def _read_bound_regime(value: object) -> Regime:
    regime = _read_regime(value)
    if regime not in BOUND_REGIMES:
        raise ReadingError(f"régime {quoted(value)} invalide ; attendu : {', '.join(BOUND_REGIMES)}")
    return regime


def _read_section_id(value: object) -> str:
    section_id = text(value)
    if not _SECTION_ID.fullmatch(section_id):
        raise ReadingError(
            f"identifiant de section {quoted(section_id)} invalide ; attendu : lettres et chiffres"
        )
    return section_id


def _nullable(document: object, key: str, read: Callable[[object], T], default: T) -> T:
    """Read the value under a key that must be there but may be null."""
    return field(document, key, lambda value: default if value is None else read(value))


def _read_section(document: object, depth: int, *, is_new: bool = False) -> Section:
    """A section of the order's text, or of a new version, where all but id, title and text may lack."""
    if depth > MAX_SECTION_DEPTH:
        raise ReadingError(f"plus de {MAX_SECTION_DEPTH} niveaux de sections")
    section_id = field(document, "id", _read_section_id)
    optional = field_or if is_new else _nullable
    try:
        alineas = field(document, "outer_alineas", _read_alineas)
        return Section(
            id=section_id,
            title=field(document, "title", _read_title),
            alineas=alineas,
            sections=field(
                document, "sections", each(partial(_read_section, depth=depth + 1, is_new=is_new))
            ),
            reference=optional(document, "reference", _read_reference, NO_REFERENCE),
            topic=optional(document, "annotations", _read_annotated_topic, None),
            parametrization=optional(document, "parametrization", _read_parametrization, NO_PARAMETRIZATION),
            state=neutral_state(len(alineas)),
        )
    except ReadingError as error:
        error.section_id = error.section_id or section_id
        raise


def _read_reference(document: object) -> Reference:
    return Reference(field_or(document, "nb", text, ""), field_or(document, "name", text, ""))


def _read_annotated_topic(document: object) -> Topic | None:
    return _nullable(document, "topic", _read_topic, None)


def _read_alinea(document: object) -> Alinea:
    table = field_or(document, "table", _read_table, None)
    words = field(document, "text", text) if table is None else field_or(document, "text", text, "")
    return Alinea(words, table, field_or(document, "links", _read_links, ()))


def _read_link(document: object) -> Link:
    return Link(
        target=field(document, "target", text),
        position=field(document, "position", index),
        size=field(document, "content_size", index),
    )


def _read_table(document: object) -> Table:
    return Table(field(document, "rows", _read_rows))


def _read_row(document: object) -> Row:
    return Row(field(document, "cells", _read_cells), field(document, "is_header", boolean))


def _read_cell(document: object) -> Cell:
    return Cell(
        text=field(document, "content", _read_title),
        colspan=field(document, "colspan", integer),
        rowspan=field(document, "rowspan", integer),
        links=field(document, "content", _read_content_links),
    )


def _read_content_links(document: object) -> tuple[Link, ...]:
    return field_or(document, "links", _read_links, ())


def _read_parametrization(document: object) -> Parametrization:
    parametrization = Parametrization(
        inapplicabilities=field(document, "potential_inapplicabilities", _read_inapplicabilities),
        modifications=field(document, "potential_modifications", _read_modifications),
        warnings=field(document, "warnings", each(text)),
    )
    if max(len(parametrization.inapplicabilities), len(parametrization.modifications)) > MAX_ELEMENTS:
        raise ReadingError(f"plus de {MAX_ELEMENTS} inapplicabilités ou modifications dans une section")
    return NO_PARAMETRIZATION if parametrization == NO_PARAMETRIZATION else parametrization


def _read_inapplicability(document: object) -> Inapplicability:
    return Inapplicability(
        condition=field(document, "condition", read_condition),
        alineas=_nullable(document, "alineas", each(integer), ()),
        subsections_are_inapplicable=field(document, "subsections_are_inapplicable", boolean),
    )


def _read_modification(document: object) -> Modification:
    return Modification(
        condition=field(document, "condition", read_condition),
        new_version=field(document, "new_version", partial(_read_section, depth=1, is_new=True)),
    )


_read_links = each(_read_link)
_read_cells = each(_read_cell)
_read_rows = each(_read_row)
_read_alineas = each(_read_alinea)
_read_inapplicabilities = each(_read_inapplicability)
_read_modifications = each(_read_modification)
