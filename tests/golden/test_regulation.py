"""The engine against what the system before this one answered on real data, and its invariants on all of it.

`ENVINORMA_DATA` is a folder with ``ams.zip`` and ``idf/classements_idf.csv``; `ENVINORMA_GOLDEN` one with the
recorded answers (JSON lines, gzip). Each is public open data that the repository does not hold.
"""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from regulation import batch
from regulation.applicability import OrderIndex, parameters_for
from regulation.archive import read_orders
from regulation.condition_file import parameters_document, read_parameters
from regulation.consistency import Level
from regulation.documents import (
    alinea_documents,
    applicable_document,
    personalised_document,
    topics_document,
)
from regulation.inputs import read_classements
from regulation.markup import grid, segments
from regulation.order import walk
from regulation.personalise import Personaliser
from regulation.prescriptions import addressable_alineas
from regulation.warnings import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from regulation.classement import Classement
    from regulation.order import Order

pytestmark = pytest.mark.real_data

#: Sections in which two elements of the same effect may hold together, and nothing more: known and harmless.
NOTED = {"74B5BF83633B", "5E9eb3ae2304", "137D104BAeb6", "1Fee0Ec9f561"}


Recorded = list[dict[str, Any]]


@pytest.fixture(scope="module")
def recorded(golden: Path) -> Callable[[str], Recorded]:
    """The lines of a file of recorded answers."""

    def lines(name: str) -> Recorded:
        with gzip.open(golden / f"{name}.jsonl.gz", "rt", encoding="utf-8") as stream:
            found = [json.loads(line) for line in stream]
        assert found
        return found

    return lines


@pytest.fixture(scope="module")
def orders(real_data: Path) -> dict[str, Order]:
    return {order.cid: order for order in read_orders(real_data / "ams.zip")}


@pytest.fixture(scope="module")
def classements(real_data: Path) -> dict[str, list[Classement]]:
    return read_classements(real_data / "idf" / "classements_idf.csv")


def without_sentences(listed: dict[str, Any]) -> dict[str, Any]:
    """The answer with the text of static warnings only, as the recorded ones have it."""
    for warning in listed["warnings"]:
        if warning["kind"] != "static":
            assert warning.pop("text").endswith(".")
    return listed


def rank(listed: dict[str, Any]) -> tuple[bool, int]:
    return not listed["applicable"], listed["regime_rank"]


def test_applicable(
    recorded: Callable[[str], Recorded],
    orders: dict[str, Order],
    classements: dict[str, list[Classement]],
) -> None:
    index = OrderIndex(orders.values())
    for expected in recorded("applicable"):
        answer: Any = applicable_document(
            expected["s3ic_id"], index.list_orders(classements.get(expected["s3ic_id"], []))
        )
        listed = [without_sentences(one) for one in answer["ams"]]
        assert [rank(one) for one in listed] == [rank(one) for one in expected["ams"]]
        by_cid = {one["cid"]: one for one in listed}
        assert by_cid == {one["cid"]: one for one in expected["ams"]}, expected["s3ic_id"]


def test_personalised(
    recorded: Callable[[str], Recorded],
    orders: dict[str, Order],
    classements: dict[str, list[Classement]],
) -> None:
    readers = {cid: Personaliser(order) for cid, order in orders.items()}
    for expected in recorded("personalised"):
        s3ic_id, cid = expected.pop("s3ic_id"), expected["cid"]
        parameters = read_parameters(expected["parameters"])
        assert parameters_for(orders[cid], classements[s3ic_id]) == parameters
        answer = personalised_document(readers[cid].personalise(parameters), expected["parameters"])
        assert answer == expected, (cid, s3ic_id)


def test_topics(recorded: Callable[[str], Recorded], orders: dict[str, Order]) -> None:
    for expected in recorded("topics"):
        answer: Any = topics_document(orders[expected["cid"]])
        assert {key: set(topics) for key, topics in answer["topics"].items()} == {
            key: set(topics) for key, topics in expected["topics"].items()
        }, expected["cid"]


def test_alineas(recorded: Callable[[str], Recorded], orders: dict[str, Order]) -> None:
    """Tables were hashed in the other system's own form: only their place is compared."""
    expected = recorded("alineas")
    cids = list(dict.fromkeys(line["cid"] for line in expected))
    answers = [line for cid in cids for line in alinea_documents(orders[cid])]
    for line in (*answers, *expected):
        if line["is_table"]:
            line.pop("sha256")
            line.pop("length")
    assert answers == expected


def test_the_real_orders_pass_the_check(real_data: Path) -> None:
    report = batch.check(real_data / "ams.zip")
    assert (report.n_orders, report.blocks) == (217, False)
    notes = [finding for finding in report.findings if finding.level is Level.NOTE]
    assert {finding.section_id for finding in notes} == NOTED
    assert len(notes) == len(NOTED)
    beyond = [finding.cid for finding in report.findings if "n'existe" in finding.sentence]
    assert beyond == ["JORFTEXT000028375083"] * 2


def test_what_the_orders_hold(orders: dict[str, Order]) -> None:
    sections = [section for order in orders.values() for section in walk(order.sections)]
    rules = [section.parametrization for section in sections]
    alineas = [alinea for section in sections for alinea in section.alineas]
    assert (len(orders), len(sections), len(alineas)) == (217, 18_304, 62_495)
    assert sum(alinea.table is not None for alinea in alineas) == 1_001
    assert sum(len(rule.inapplicabilities) for rule in rules) == 1_492
    assert sum(len(rule.modifications) for rule in rules) == 40
    assert sum(order.condition_of_inapplicability is not None for order in orders.values()) == 16
    assert sum(order.is_transverse for order in orders.values()) == 12


def test_alinea_ids_are_unique_over_all_orders(orders: dict[str, Order]) -> None:
    ids = [alinea.alinea_id for order in orders.values() for alinea in addressable_alineas(order)]
    assert len(set(ids)) == len(ids) == 62_495


def test_texts_and_tables_can_be_shown(orders: dict[str, Order]) -> None:
    for order in orders.values():
        for alinea in addressable_alineas(order):
            assert (
                "".join(piece.text for piece in segments(alinea.alinea.text, alinea.alinea.links))
                == alinea.alinea.text
            )
            for row in grid(alinea.alinea.table) if alinea.alinea.table else ():
                assert all(cell.colspan >= 1 and cell.rowspan >= 1 for cell in row)


def readings(
    orders: dict[str, Order], classements: dict[str, list[Classement]]
) -> Iterator[tuple[Order, Order]]:
    """Every order listed for a real installation, as written and as it reads there, each reading once."""
    index = OrderIndex(orders.values())
    readers = {cid: Personaliser(order) for cid, order in orders.items()}
    seen: set[tuple[Any, ...]] = set()
    for lines in classements.values():
        for listed in index.list_orders(lines):
            cid = listed.order.cid
            parameters = parameters_for(listed.order, lines)
            key = (cid, readers[cid].outcomes(parameters))
            if key not in seen:
                seen.add(key)
                yield listed.order, readers[cid].personalise(parameters)


def test_invariants_on_every_reading(
    orders: dict[str, Order], classements: dict[str, list[Classement]]
) -> None:
    n_modified = 0
    for order, reading in readings(orders, classements):
        modified = [section for section in walk(reading.sections) if section.state.modified]
        n_modified += len(modified)
        replaced = {
            below.id
            for section in modified
            if section.state.previous
            for below in walk(section.state.previous.sections)
        }
        kept = {section.id for section in walk(reading.sections)}
        assert {section.id for section in walk(order.sections)} - kept <= replaced
        for section in walk(reading.sections):
            assert len(section.state.active_alineas) == len(section.alineas)
            assert section.state.active or not any(section.state.active_alineas)
            assert all(sentence(warning) for warning in section.state.warnings)
    assert n_modified > 14


def test_one_reading_is_the_same_through_the_command_line(
    real_data: Path, classements: dict[str, list[Classement]], orders: dict[str, Order], tmp_path: Path
) -> None:
    """The largest installation, from files to files."""
    lines = max(classements.values(), key=len)
    listed = OrderIndex(orders.values()).list_orders(lines)
    requests = [
        {"cid": one.order.cid, "parameters": parameters_document(parameters_for(one.order, lines))}
        for one in listed
    ]
    given, output = tmp_path / "demandes.jsonl", tmp_path / "lectures.jsonl"
    given.write_text("".join(json.dumps(request) + "\n" for request in requests), encoding="utf-8")
    assert batch.write_personalised(real_data / "ams.zip", given, output) == len(requests)
    answers = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert [{key: answer[key] for key in ("cid", "parameters")} for answer in answers] == requests
