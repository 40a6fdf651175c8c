"""Step 4 for ministerial orders, on real tables: what is written, what stays, what people keep."""

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812

from etl.errors import RefusedError
from etl.sync import ApprovalNeeded
from etl.sync.ams import AmComparison, apply_ams, compare_ams
from regulation.order_file import read_order
from tests.ams import WAREHOUSES, Document, demo_archive, demo_orders, section_of, zip_of

pytestmark = pytest.mark.postgres

ARTICLE_1 = "Bd735cD83474"
MOST_ORDERS = 21  # so many that losing one is less than 5 %


def rows(connection: Connection, query: str, *values: object) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found = cursor.fetchall()
    connection.rollback()
    return found


def versions(connection: Connection) -> list[Any]:
    """Every row with the transaction that wrote it."""
    return rows(connection, "SELECT cid, xmin::text FROM ams ORDER BY cid") + rows(
        connection, "SELECT alinea_id, xmin::text FROM alineas ORDER BY alinea_id"
    )


def with_many(documents: dict[str, Document]) -> None:
    """Add copies of an order under other ids, so that one order is few of them."""
    template = json.dumps(documents[WAREHOUSES])
    for number in range(MOST_ORDERS):
        cid = f"JORFTEXT8000000000{number:02d}"
        document = json.loads(template.replace(WAREHOUSES, cid))
        document["sections"] = [document["sections"][0] | {"id": f"copy-{number}"}]
        documents[cid] = document


@pytest.fixture
def loaded(connection: Connection, tmp_path: Path) -> Connection:
    apply_ams(connection, demo_archive(tmp_path / "latest.zip", with_many))
    return connection


def changed(path: Path, change: Callable[[dict[str, Document]], None]) -> Path:
    def both(documents: dict[str, Document]) -> None:
        with_many(documents)
        change(documents)

    return demo_archive(path, both)


def test_first_load(connection: Connection, tmp_path: Path) -> None:
    report = apply_ams(connection, demo_archive(tmp_path / "latest.zip"))
    orders = demo_orders()
    assert (report.outcome, report.created, report.rows_in) == ("done", len(orders), len(orders))
    assert report.files[0]["key"] == "latest.zip"
    found = rows(connection, "SELECT cid, content, head, is_transverse FROM ams ORDER BY cid")
    assert [cid for cid, *_ in found] == sorted(orders)
    for cid, content, head, is_transverse in found:
        order = read_order(zlib.decompress(content), cid)
        light = read_order(json.dumps(head).encode(), cid)
        assert (light.bindings, light.warnings, light.title) == (order.bindings, order.warnings, order.title)
        assert light.condition_of_inapplicability == order.condition_of_inapplicability
        assert is_transverse == order.is_transverse
    assert rows(connection, "SELECT outcome, created FROM dataset_runs WHERE step = 'sync_ams'") == [
        ("done", len(orders))
    ]


def test_alineas_are_addressable_and_found_in_french(loaded: Connection) -> None:
    place = rows(
        loaded,
        "SELECT cid, section_id, index_in_section, rank, topic FROM alineas WHERE alinea_id = %s",
        f"{ARTICLE_1}_1",
    )
    assert place == [(WAREHOUSES, ARTICLE_1, 1, [0, 1], "DISPOSITIONS_GENERALES")]
    found = rows(
        loaded,
        "SELECT count(*) FROM alineas WHERE search @@ websearch_to_tsquery('french_unaccent', 'entrepot')",
    )
    assert found[0][0] > 0


def test_an_alinea_is_found_by_the_name_of_its_section(loaded: Connection) -> None:
    """Below « Distances d'éloignement », a sentence is about it without saying the word again."""
    found = rows(
        loaded,
        "SELECT DISTINCT name, body ILIKE '%%éloignement%%' FROM alineas "
        "WHERE search @@ websearch_to_tsquery('french_unaccent', 'éloignement') ORDER BY 2",
    )
    assert ("Distances d'éloignement", False) in found


def test_what_is_searched_is_made_anew_with_the_derivation(loaded: Connection, tmp_path: Path) -> None:
    """A search vector of an older version of the rules is written anew, though nothing else changed."""
    before = rows(loaded, "SELECT alinea_id, search FROM alineas ORDER BY alinea_id")
    with loaded.cursor() as cursor:
        cursor.execute("UPDATE alineas SET search = ''")
        cursor.execute("UPDATE ams SET derivation = derivation - 1")
    loaded.commit()
    apply_ams(loaded, demo_archive(tmp_path / "again.zip", with_many))
    assert rows(loaded, "SELECT alinea_id, search FROM alineas ORDER BY alinea_id") == before


def test_again_without_change_writes_no_row(loaded: Connection, tmp_path: Path) -> None:
    before = versions(loaded)
    report = apply_ams(loaded, demo_archive(tmp_path / "again.zip", with_many))
    assert (report.outcome, report.created, report.updated) == ("unchanged", 0, 0)
    assert versions(loaded) == before


def rewrite_text(documents: dict[str, Document]) -> None:
    section_of(documents[WAREHOUSES], ARTICLE_1)["outer_alineas"][0]["text"] += " Et rien d'autre."


def rename_nickname(documents: dict[str, Document]) -> None:
    documents[WAREHOUSES]["nickname"] = "Entrepôts"


@pytest.mark.parametrize(("change", "moved"), [(rewrite_text, True), (rename_nickname, False)])
def test_the_date_of_the_content_moves_with_the_text_alone(
    loaded: Connection, tmp_path: Path, change: Callable[[dict[str, Document]], None], *, moved: bool
) -> None:
    query = "SELECT cid, content_updated_at, updated_at FROM ams ORDER BY cid"
    before = {cid: times for cid, *times in rows(loaded, query)}
    assert apply_ams(loaded, changed(tmp_path / "new.zip", change)).updated == 1
    after = {cid: times for cid, *times in rows(loaded, query)}
    assert {cid for cid in after if after[cid][1] != before[cid][1]} == {WAREHOUSES}
    assert {cid for cid in after if after[cid][0] != before[cid][0]} == ({WAREHOUSES} if moved else set())


PICK = """
INSERT INTO users (identity_hash) VALUES (sha256('one'));
INSERT INTO installations (s3ic_id, owner_id, name, regime, active)
SELECT '0000.00000', id, 'Site inventé', 'A', 'En fonctionnement' FROM users;
INSERT INTO prescriptions (user_id, installation_id, cid, alinea_id, order_title, content)
SELECT
    owner_id, id, 'JORFTEXT900000000001', alinea, 'Arrêté',
    jsonb_build_object('text', 'tel que choisi ' || alinea)
FROM installations, unnest(ARRAY['Bd735cD83474_0', 'Bd735cD83474_1']) AS alinea;
"""
PICKED = "SELECT alinea_id, content ->> 'text', gone_at IS NOT NULL FROM prescriptions ORDER BY alinea_id"


def drop_alinea(documents: dict[str, Document]) -> None:
    del section_of(documents[WAREHOUSES], ARTICLE_1)["outer_alineas"][1]


def drop_order(documents: dict[str, Document]) -> None:
    del documents[WAREHOUSES]


@pytest.mark.parametrize(
    ("change", "marks"),
    [(drop_alinea, [False, True]), (drop_order, [True, True]), (rewrite_text, [False, False])],
)
def test_picks_stay_with_their_text_and_are_marked_while_gone(
    loaded: Connection,
    owner: Connection,
    tmp_path: Path,
    change: Callable[[dict[str, Document]], None],
    marks: list[bool],
) -> None:
    owner.cursor().execute(PICK)
    owner.commit()
    apply_ams(loaded, changed(tmp_path / "less.zip", change))
    expected = [f"tel que choisi {ARTICLE_1}_{index}" for index in (0, 1)]
    found = rows(loaded, PICKED)
    assert [text for _, text, _ in found] == expected
    assert [is_gone for _, _, is_gone in found] == marks
    apply_ams(loaded, demo_archive(tmp_path / "back.zip", with_many))
    assert [is_gone for _, _, is_gone in rows(loaded, PICKED)] == [False, False]


def test_orders_gone_are_withdrawn_and_take_their_row_again(loaded: Connection, tmp_path: Path) -> None:
    query = "SELECT withdrawn_at IS NOT NULL FROM ams WHERE cid = %s"
    report = apply_ams(loaded, changed(tmp_path / "less.zip", drop_order))
    assert (report.outcome, report.withdrawn) == ("done", 1)
    assert rows(loaded, query, WAREHOUSES) == [(True,)]
    assert rows(loaded, "SELECT count(*) > 0 FROM alineas WHERE cid = %s", WAREHOUSES) == [(True,)]
    assert apply_ams(loaded, demo_archive(tmp_path / "back.zip", with_many)).outcome == "done"
    assert rows(loaded, query, WAREHOUSES) == [(False,)]


def test_many_disappearing_orders_need_an_approval(connection: Connection, tmp_path: Path) -> None:
    apply_ams(connection, demo_archive(tmp_path / "all.zip"))
    less = demo_archive(tmp_path / "less.zip", drop_order)
    comparison = compare_ams(connection, less)
    assert comparison.needs_approval
    assert AmComparison.from_values(json.loads(json.dumps(comparison.to_values()))) == comparison
    assert comparison.disappearing[0]["cid"] == WAREHOUSES
    with pytest.raises(ApprovalNeeded, match="1 of 8 ministerial orders"):
        apply_ams(connection, less)
    with pytest.raises(ApprovalNeeded):
        apply_ams(connection, less, approved={"less.zip": "0" * 64})
    assert apply_ams(connection, less, approved=comparison.files).withdrawn == 1


def unknown_condition(documents: dict[str, Document]) -> None:
    documents[WAREHOUSES]["applicability"]["condition_of_inapplicability"] = {"type": "MAYBE"}


def two_bad_orders(documents: dict[str, Document]) -> None:
    documents[WAREHOUSES]["date_of_signature"] = "hier"
    del documents["JORFTEXT900000000002"]["sections"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (unknown_condition, "JORFTEXT900000000001.json"),
        (two_bad_orders, "JORFTEXT900000000002.json"),
        (lambda documents: documents.clear(), "aucun arrêté"),
    ],
)
def test_one_bad_order_refuses_the_archive(
    loaded: Connection, tmp_path: Path, change: Callable[[dict[str, Document]], None], said: str
) -> None:
    before = versions(loaded)
    bad = changed(tmp_path / "bad.zip", change)
    with pytest.raises(RefusedError, match=said):
        apply_ams(loaded, bad)
    assert versions(loaded) == before


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 cut short",
        zip_of({"../JORFTEXT900000000001.json": b"{}"}),
        zip_of({"readme.txt": b"hello"}),
        zip_of({"JORFTEXT900000000001.json": b" " * 5_000_000}),
        zip_of({"JORFTEXT900000000001.json": b"not json"}),
    ],
    ids=["empty", "cut", "path escape", "other name", "bomb", "no json"],
)
def test_what_is_no_archive_of_orders_is_refused(connection: Connection, tmp_path: Path, data: bytes) -> None:
    archive = tmp_path / "latest.zip"
    archive.write_bytes(data)
    with pytest.raises(RefusedError, match=r"latest\.zip"):
        apply_ams(connection, archive)
    assert rows(connection, "SELECT count(*) FROM ams") == [(0,)]


def test_a_missing_archive_is_named(connection: Connection, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"There is no archive .*latest\.zip"):
        apply_ams(connection, tmp_path / "latest.zip")
