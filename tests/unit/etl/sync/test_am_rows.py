"""Orders as rows: read in pieces by COPY, heads that read back, fingerprints that move with the text."""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from etl.sync.am_archive import ArchiveReader, PublishedOrder
from etl.sync.am_rows import (
    DERIVATION,
    Row,
    RowStream,
    alinea_rows,
    body,
    head_document,
    is_changed,
    order_row,
    text_fingerprint,
)
from regulation.order import Alinea, Cell, Table
from regulation.order import Row as TableRow
from regulation.order_file import read_order
from regulation.prescriptions import addressable_alineas, variant_alineas
from tests.ams import DEMO_ORDERS, WAREHOUSES, Document, demo_archive, demo_order, section_of, sections_of

ARTICLE_1 = "Bd735cD83474"
WITH_CONDITION = "LEGITEXT900000000007"
CIDS = sorted(path.stem for path in DEMO_ORDERS.glob("*.json"))

# What the demo's orders give. Left: their files; right: rows and heads, by the version of the rules.
RECORDED = (
    "5dc8c0d04db503039ecfb23937efd494d825ee7da3773e6eab56cb236c79a390",
    {3: "2aea8f5c26d87f0b980c3e0fd0a6fcc91c313a7e0f22af5b780167facd2442cf"},
)


def published(document: Document) -> PublishedOrder:
    data = json.dumps(document).encode()
    return PublishedOrder(read_order(data, "order.json"), data, hashlib.sha256(data).digest())


def demo() -> list[PublishedOrder]:
    files = [(DEMO_ORDERS / f"{cid}.json").read_bytes() for cid in CIDS]
    return [
        PublishedOrder(read_order(data, cid), data, hashlib.sha256(data).digest())
        for cid, data in zip(CIDS, files, strict=True)
    ]


def resolved(rows: list[Row]) -> list[Row]:
    """The rows as the view `staged_alineas` gives them: each with its text."""
    return [(*row[2:-1], rows[row[1]][-1]) for row in rows]


# ---- rows in pieces ----


@pytest.mark.parametrize(("size", "count"), [(1, 3), (7, 2), (64, 1), (8192, 1), (-1, 1)])
def test_the_pieces_of_a_stream_make_the_file(size: int, count: int) -> None:
    rows: list[Row] = [("a", None, 1), ('l\'été, "dit-on"\net après', "", True), ("x" * 300, "ü", -2)]
    stream = RowStream(rows)
    pieces = list(iter(lambda: stream.read(size), b""))

    assert all(len(piece) >= size for piece in pieces[:-1])
    read = list(csv.reader(io.StringIO(b"".join(pieces).decode(), newline="")))
    assert read == [["" if value is None else str(value) for value in row] for row in rows]
    assert len(pieces) == count


def test_a_row_is_made_when_it_is_asked_for() -> None:
    made: list[int] = []

    def rows() -> Iterator[Row]:
        for number in range(3):
            made.append(number)
            yield (number,)

    stream = RowStream(rows())
    assert not made
    assert stream.read(1) == b"0\r\n"
    assert made == [0]
    assert stream.read() == b"1\r\n2\r\n"
    assert stream.read() == b""


# ---- what changed ----


def test_an_order_in_service_gives_its_cid_alone() -> None:
    first, second, *_ = demo()
    known = {first.order.cid: first.fingerprint, second.order.cid: b"of another file"}

    rows = {item.order.cid: order_row(item, known) for item in (first, second)}

    assert rows[first.order.cid] == (first.order.cid, False, *[None] * 11)
    assert rows[second.order.cid][1:3] == (True, second.order.title)
    assert len(rows[first.order.cid]) == len(rows[second.order.cid])
    assert [is_changed(item, known) for item in (first, second)] == [False, True]


# ---- heads ----


@pytest.mark.parametrize("cid", CIDS)
def test_a_head_reads_back_as_the_order_without_its_text(cid: str) -> None:
    order = published(demo_order(cid))
    head = read_order(json.dumps(head_document(order)).encode(), cid)

    for name in (
        "cid",
        "title",
        "signed_on",
        "bindings",
        "is_transverse",
        "nickname",
        "warnings",
        "aida_url",
    ):
        assert getattr(head, name) == getattr(order.order, name), name
    assert head.legifrance_url == order.order.legifrance_url
    assert head.condition_of_inapplicability == order.order.condition_of_inapplicability
    assert head.sections == ()


def test_some_heads_have_a_condition() -> None:
    """Else the case above would say nothing of conditions."""
    having = {item.order.cid for item in demo() if item.order.condition_of_inapplicability}
    assert WITH_CONDITION in having
    assert len(having) < len(CIDS)


# ---- alineas ----


def test_each_alinea_has_one_row_and_variants_come_last() -> None:
    for item in demo():
        rows = list(alinea_rows([item]))
        ids = [row[2] for row in rows]
        assert len(ids) == len(set(ids))
        own = [alinea.alinea_id for alinea in addressable_alineas(item.order)]
        assert ids[: len(own)] == own
        assert [row[11] for row in rows] == [False] * len(own) + [True] * (len(rows) - len(own))


def lengthen(document: Document) -> None:
    """Let a modified text have more paragraphs than the section that it replaces, and a section below."""
    section = section_of(document, ARTICLE_1)
    below = {
        "id": "below",
        "title": {"text": "Sous le texte modifié"},
        "outer_alineas": [{"text": "Nouveau, plus bas."}],
        "sections": [],
    }
    version = {
        "id": "version",
        "title": {"text": "Titre modifié"},
        "outer_alineas": [{"text": "Modifié un."}, {"text": "Modifié deux."}, {"text": "Modifié trois."}],
        "sections": [below],
    }
    condition = {
        "type": "EQUAL",
        "parameter": {"id": "regime", "type": "REGIME"},
        "target": "E",
    }
    section["parametrization"]["potential_modifications"] = [{"condition": condition, "new_version": version}]


def test_the_alineas_of_modified_texts_stand_under_the_section_that_is_read() -> None:
    document = demo_order()
    own = len(section_of(document, ARTICLE_1)["outer_alineas"])
    lengthen(document)
    item = published(document)

    variants = {alinea.alinea_id: alinea.alinea.text for alinea in variant_alineas(item.order)}
    assert variants[f"{ARTICLE_1}_0"] == "Modifié un."
    assert variants["below_0"] == "Nouveau, plus bas."
    assert not any(alinea_id.startswith("version") for alinea_id in variants)

    rows = {row[2]: row[2:] for row in alinea_rows([item])}
    kept = section_of(document, ARTICLE_1)["outer_alineas"][0]["text"]
    assert rows[f"{ARTICLE_1}_0"][9:] == (False, kept)  # the order's own words keep the id
    added = {f"{ARTICLE_1}_{index}" for index in range(own, 3)} | {"below_0"}
    assert added == {
        alinea_id for alinea_id, row in rows.items() if row[9] and row[2] in (ARTICLE_1, "below")
    }
    # Place, reference and topic are those of the section that the text replaces.
    assert rows["below_0"][4:8] == ("{0,0,0}", *rows[f"{ARTICLE_1}_0"][5:8])
    assert (rows["below_0"][5], rows["below_0"][7]) == ("Article 1", "DISPOSITIONS_GENERALES")


def test_a_text_that_comes_again_is_given_once() -> None:
    document = demo_order()
    section_of(document, ARTICLE_1)["outer_alineas"] = [{"text": "Néant."}, {"text": ""}, {"text": "Néant."}]
    other = json.loads(json.dumps(document).replace(WAREHOUSES, "JORFTEXT900000000099"))

    rows = list(alinea_rows([published(document), published(other)]))

    assert [row[0] for row in rows] == list(range(len(rows)))
    given = [row[-1] for row in rows if row[-1] is not None]
    assert len(given) == len(set(given))
    # Each line leads to the text it had; the empty one is a text like any other.
    own = [body(alinea.alinea) for alinea in addressable_alineas(published(document).order)]
    assert [row[-1] for row in resolved(rows)][: len(own)] == own
    assert own[:3].count("Néant.") == 2
    assert "" in own


TABLE = Table(
    (
        TableRow((Cell("Paramètre"), Cell("Limite", colspan=2)), is_header=True),
        TableRow((Cell("DCO"), Cell(""), Cell("125 mg/l"))),
    )
)


@pytest.mark.parametrize(
    ("alinea", "expected"),
    [
        (Alinea("Un texte."), "Un texte."),
        (Alinea("", TABLE), "Paramètre Limite DCO 125 mg/l"),
        (Alinea("Valeurs :", TABLE), "Valeurs : Paramètre Limite DCO 125 mg/l"),
        (Alinea("", Table(())), ""),
    ],
)
def test_what_is_searched_of_an_alinea(alinea: Alinea, expected: str) -> None:
    assert body(alinea) == expected


# ---- the fingerprint of the text ----


def tables_of(document: Document) -> list[Document]:
    alineas = (alinea for section in sections_of(document) for alinea in section["outer_alineas"])
    return [alinea["table"] for alinea in alineas if alinea.get("table")]


def modifications_of(document: Document) -> list[Document]:
    return [
        modification
        for section in sections_of(document)
        for modification in section["parametrization"]["potential_modifications"]
    ]


def retitle(document: Document) -> None:
    document["title"]["text"] += " (version consolidée)"


def retitle_section(document: Document) -> None:
    section_of(document, ARTICLE_1)["title"]["text"] += " nouveau"


def rewrite(document: Document) -> None:
    section_of(document, ARTICLE_1)["outer_alineas"][0]["text"] += " Et rien d'autre."


def drop_alinea(document: Document) -> None:
    del section_of(document, ARTICLE_1)["outer_alineas"][0]


def rewrite_cell(document: Document) -> None:
    tables_of(document)[0]["rows"][1]["cells"][0]["content"]["text"] += " *"


def widen_cell(document: Document) -> None:
    tables_of(document)[0]["rows"][0]["cells"][0]["colspan"] += 1


def rewrite_variant(document: Document) -> None:
    modifications_of(document)[0]["new_version"]["outer_alineas"][0]["text"] += " (modifié)"


@pytest.mark.parametrize(
    "change", [retitle, retitle_section, rewrite, drop_alinea, rewrite_cell, widen_cell, rewrite_variant]
)
def test_the_fingerprint_moves_with_what_people_read(change: Callable[[Document], None]) -> None:
    before, after = demo_order(), demo_order()
    change(after)
    assert text_fingerprint(published(before).order) != text_fingerprint(published(after).order)


def rename(document: Document) -> None:
    document["nickname"] = "Un autre nom"


def forget_inapplicabilities(document: Document) -> None:
    for section in sections_of(document):
        section["parametrization"]["potential_inapplicabilities"] = []


def forget_warnings(document: Document) -> None:
    document["applicability"]["warnings"] = []
    for section in sections_of(document):
        section["parametrization"]["warnings"] = []


def bind_elsewhere(document: Document) -> None:
    document["classements_with_alineas"] = [{"rubrique": "9999", "regime": "D", "alineas": []}]


def change_topics(document: Document) -> None:
    for section in sections_of(document):
        section["annotations"] = {"topic": "BRUIT_VIBRATIONS"}


@pytest.mark.parametrize(
    "change", [rename, forget_inapplicabilities, forget_warnings, bind_elsewhere, change_topics]
)
def test_the_fingerprint_stays_where_only_the_rules_change(change: Callable[[Document], None]) -> None:
    before, after = demo_order(), demo_order()
    change(after)
    assert before != after
    assert text_fingerprint(published(before).order) == text_fingerprint(published(after).order)


def test_the_alineas_are_those_of_this_derivation() -> None:
    """Alineas are only made anew for files that changed, unless DERIVATION says that the rules did."""
    items = demo()
    files = hashlib.sha256(b"".join(item.fingerprint for item in items)).hexdigest()
    heads = [json.dumps(head_document(item), sort_keys=True) for item in items]
    rows = [json.dumps(row) for row in resolved(list(alinea_rows(items)))]
    made = hashlib.sha256("\n".join(heads + rows).encode()).hexdigest()

    recorded_files, recorded = RECORDED
    if files != recorded_files:
        pytest.fail(
            f"The demo's orders changed: put {files!r} in RECORDED and, where nothing else did, "
            f"{{{DERIVATION}: {made!r}}}."
        )
    if recorded.get(DERIVATION) != made:
        pytest.fail(
            "etl.sync.am_rows gives something else for the same files: raise DERIVATION there, so that the "
            f"next sync writes every order anew, and put the new number with {made!r} in RECORDED."
        )


def test_a_reader_gives_what_the_rows_are_made_of(tmp_path: Path) -> None:
    reader = ArchiveReader(demo_archive(tmp_path / "latest.zip"))
    cids = [item.order.cid for item in reader.orders()]
    archive = reader.finish()
    assert cids == CIDS == [item.order.cid for item in archive.orders]
    assert archive.described()["rows"] == len(CIDS)
    assert WAREHOUSES in cids
