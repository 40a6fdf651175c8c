"""The batch commands: orders in, one JSON line out for each thing asked (docs/rules.md, "Batch commands").

None of them needs a database or a setting. Output files are UTF-8 and appear whole: written aside, then
renamed.
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regulation.applicability import OrderIndex
from regulation.archive import entries, order_of_entry, read_orders
from regulation.condition_file import parameters_document
from regulation.consistency import Finding, Level, check_orders
from regulation.documents import (
    alinea_documents,
    applicable_document,
    personalised_document,
    topics_document,
)
from regulation.inputs import InputError, read_classements, read_requests
from regulation.order_file import OrderFileError
from regulation.personalise import Personaliser
from regulation.reading import printable, system_reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from regulation.order import Order


def write_applicable(ams: Path, classements: Path, output: Path) -> int:
    """One line for each installation that has classements, in the order of the file; how many there are."""
    index = OrderIndex(read_orders(ams))
    found = read_classements(classements)
    return write_lines(
        output, (applicable_document(s3ic_id, index.list_orders(lines)) for s3ic_id, lines in found.items())
    )


def write_personalised(ams: Path, requests: Path, output: Path) -> int:
    """One line for each request, in the same order; how many there are."""
    personalisers = {order.cid: Personaliser(order) for order in read_orders(ams)}
    return write_lines(output, _personalised(personalisers, ams, requests))


def _personalised(
    personalisers: dict[str, Personaliser], ams: Path, requests: Path
) -> Iterator[dict[str, object]]:
    for request in read_requests(requests):
        personaliser = personalisers.get(request.cid)
        if personaliser is None:
            raise InputError(f"{requests}, ligne {request.line}, cid : {request.cid} n'est pas dans {ams}.")
        order = personaliser.personalise(request.parameters)
        yield personalised_document(order, parameters_document(request.parameters))


def write_topics(ams: Path, output: Path) -> int:
    """One line for each order, by cid; how many there are."""
    return write_lines(output, (topics_document(order) for order in read_orders(ams)))


def write_alineas(ams: Path, output: Path) -> int:
    """One line for each addressable alinea of each order; how many there are."""
    return write_lines(output, (line for order in read_orders(ams) for line in alinea_documents(order)))


@dataclass(frozen=True, slots=True)
class CheckReport:
    """How many orders were looked at, and what there is to say of them."""

    n_orders: int
    findings: tuple[Finding, ...]

    @property
    def blocks(self) -> bool:
        """Whether something forbids publication."""
        return any(finding.level.blocks for finding in self.findings)

    def summary(self) -> str:
        """One French sentence that counts the findings of each level."""
        counts = Counter(finding.level for finding in self.findings)
        words = [_counted(counts[level], *names) for level, names in _LEVEL_NAMES.items()]
        return f"{_counted(self.n_orders, 'arrêté', 'arrêtés')} : {', '.join(words)}."


_LEVEL_NAMES = {
    Level.ERROR: ("erreur", "erreurs"),
    Level.CONFLICT: ("conflit", "conflits"),
    Level.WARNING: ("avertissement", "avertissements"),
    Level.NOTE: ("note", "notes"),
}


def check(ams: Path) -> CheckReport:
    """Findings on every order of an archive or a folder; an order that cannot be read is an error.

    Raises:
        ArchiveError: the archive itself cannot be read.
    """
    orders: list[Order] = []
    unreadable: list[Finding] = []
    for entry in entries(ams):
        try:
            orders.append(order_of_entry(entry))
        except OrderFileError as error:
            place = f"{error.place} : " if error.place else ""
            sentence = f"{place}{error.reason}."
            unreadable.append(Finding(Level.ERROR, entry.cid, sentence, section_id=error.section_id))
    orders.sort(key=lambda order: order.cid)
    return CheckReport(len(orders) + len(unreadable), (*unreadable, *check_orders(orders)))


def finding_lines(report: CheckReport) -> Iterator[str]:
    """The report for a person: a line for each finding, then the summary."""
    for finding in report.findings:
        yield printable(f"{_LEVEL_NAMES[finding.level][0].upper()} {finding}")
    yield report.summary()


def finding_document(finding: Finding) -> dict[str, object]:
    """A finding as plain JSON values."""
    return {
        "level": finding.level.value,
        "cid": finding.cid,
        "section_id": finding.section_id or None,
        "text": finding.sentence,
        "example": parameters_document(dict(finding.example)) or None,
    }


def write_lines(output: Path, documents: Iterable[dict[str, object]]) -> int:
    """Write one JSON object on each line; how many.

    Raises:
        InputError: the file cannot be written.
    """
    partial = output.with_name(f"{output.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as stream:
            count = sum(1 for document in documents if stream.write(_line(document)))
        partial.replace(output)
    except OSError as error:
        raise InputError(f"{output} : impossible à écrire ({system_reason(error)}).") from error
    finally:
        with suppress(OSError):
            partial.unlink()
    return count


def _line(document: dict[str, object]) -> str:
    return f"{json.dumps(document, ensure_ascii=False, separators=(',', ':'), allow_nan=False)}\n"


def _counted(count: int, singular: str, plural: str) -> str:
    return f"{count} {singular if count < 2 else plural}"
