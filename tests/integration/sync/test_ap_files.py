"""Orders that were withdrawn long ago leave for good: their rows and text at once, then their files."""

from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.aps.statuses import pdf_key, status_key
from etl.errors import SettingsError
from etl.storage import remove_file
from etl.sync import ap_files, apply_aps, delete_withdrawn_files
from tests.aps import Ap, made_aps, write_aps, write_list, write_orders

pytestmark = pytest.mark.postgres

MANY = made_aps(40)
GONE, BACK = MANY[0], MANY[1]
LISTED = "SELECT georisques_id FROM ap_files_to_delete"
WITHDRAWN = "SELECT count(*) FROM aps WHERE withdrawn_at IS NOT NULL"
TEXTS = "SELECT count(*) FROM ap_pages"


def rows(connection: Connection, query: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = cursor.fetchall()
    connection.rollback()
    return found


def sync(connection: Connection, folder: Path) -> Any:
    return apply_aps(connection, folder / "misc", folder / "ap")


def files_of(folder: Path, ap: Ap) -> set[str]:
    keys = (status_key(ap.georisques_id), pdf_key(ap.georisques_id))
    return {Path(key).suffix for key in keys if (folder / "ap" / key).exists()}


def age_withdrawals(owner: Connection, days: int) -> None:
    owner.cursor().execute("UPDATE aps SET withdrawn_at = withdrawn_at - make_interval(days => %s)", (days,))
    owner.commit()


@pytest.fixture
def folder(connection: Connection, tmp_path: Path) -> Path:
    """Buckets of a database whose first two orders were withdrawn just now."""
    folder = write_aps(tmp_path, MANY)
    sync(connection, folder)
    write_list(folder / "misc", MANY[2:])
    sync(connection, folder)
    return folder


@pytest.mark.parametrize(("days", "is_forgotten"), [(29, False), (31, True)])
def test_after_thirty_days_row_text_and_files_go(
    connection: Connection, owner: Connection, folder: Path, days: int, *, is_forgotten: bool
) -> None:
    age_withdrawals(owner, days)
    report = sync(connection, folder)
    forgotten = 2 if is_forgotten else 0
    assert (report.outcome, report.deleted) == ("done" if is_forgotten else "unchanged", forgotten)
    assert ("withdrawn more than 30 days ago deleted" in report.message) is is_forgotten
    assert rows(connection, WITHDRAWN) == [(2 - forgotten,)]
    assert rows(connection, TEXTS) == [(2 * (40 - forgotten),)]
    assert delete_withdrawn_files(connection, folder / "ap") == forgotten
    assert files_of(folder, GONE) == (set() if is_forgotten else {".json", ".pdf"})
    assert files_of(folder, MANY[2]) == {".json", ".pdf"}
    assert delete_withdrawn_files(connection, folder / "ap") == 0
    assert sync(connection, folder).outcome == "unchanged"


def test_an_order_that_returns_later_is_a_new_one(
    connection: Connection, owner: Connection, folder: Path
) -> None:
    age_withdrawals(owner, 31)
    sync(connection, folder)
    delete_withdrawn_files(connection, folder / "ap")
    write_orders(folder / "ap", [GONE])
    write_list(folder / "misc", [GONE, *MANY[2:]])
    assert sync(connection, folder).created == 1
    assert rows(connection, TEXTS) == [(2 * 39,)]


def test_an_order_that_returns_before_its_files_went_keeps_them(
    connection: Connection, owner: Connection, folder: Path
) -> None:
    age_withdrawals(owner, 31)
    sync(connection, folder)
    write_list(folder / "misc", MANY[1:])
    report = sync(connection, folder)
    assert report.created == 1
    assert rows(connection, LISTED) == [(GONE.georisques_id,)]
    assert delete_withdrawn_files(connection, folder / "ap") == 1
    assert (files_of(folder, GONE), files_of(folder, BACK)) == (set(), {".json", ".pdf"})


def test_a_pick_outlives_its_order(connection: Connection, owner: Connection, folder: Path) -> None:
    owner.cursor().execute(
        "INSERT INTO users (identity_hash) VALUES (sha256('one'));"
        "INSERT INTO installations (s3ic_id, owner_id, name, regime, active) "
        "SELECT '0000.00000', id, 'Site inventé', 'A', 'En fonctionnement' FROM users;"
        "INSERT INTO prescriptions (user_id, installation_id, georisques_id, order_title, content) "
        "SELECT owner_id, id, %s, 'Arrêté', '{\"text\": \"pris\"}' FROM installations",
        (GONE.georisques_id,),
    )
    owner.commit()
    age_withdrawals(owner, 31)
    sync(connection, folder)
    picked = "SELECT content ->> 'text', gone_at IS NOT NULL FROM prescriptions"
    assert rows(connection, picked) == [("pris", True)]


def test_a_bucket_that_fails_leaves_the_list(
    connection: Connection, owner: Connection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not deleted stays on the list, whatever happened."""
    age_withdrawals(owner, 31)
    sync(connection, folder)
    calls = []

    def remove_or_fail(bucket: Path, key: str) -> None:
        calls.append(key)
        if len(calls) == 3:
            raise SettingsError("The object store refuses the keys.")
        remove_file(bucket, key)

    monkeypatch.setattr(ap_files, "remove_file", remove_or_fail)
    with pytest.raises(SettingsError):
        delete_withdrawn_files(connection, folder / "ap")
    assert len(rows(connection, LISTED)) == 2
    assert delete_withdrawn_files(connection, folder / "ap") == 2
    assert rows(connection, LISTED) == []


def test_many_go_in_batches(
    connection: Connection, owner: Connection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ap_files, "AT_ONCE", 3)
    owner.cursor().execute(
        "INSERT INTO ap_files_to_delete SELECT georisques_id FROM aps ORDER BY georisques_id LIMIT 10"
    )
    owner.commit()
    assert delete_withdrawn_files(connection, folder / "ap") == 10
    assert sum(bool(files_of(folder, ap)) for ap in MANY) == 30
