"""Idle people go with all they made; whoever comes back, or is busy, stays whole; nothing is orphaned."""

import threading
from datetime import timedelta

import pytest
from psycopg2 import InterfaceError
from psycopg2.extensions import connection as Connection  # noqa: N812

import etl.purge
from etl.database import Role, connect
from etl.errors import RefusedError, StepError
from etl.orphans import OWNERLESS_LINES, count_orphans
from etl.purge import Counts, count_idle, purge_users
from etl.reports import last_good_run
from etl.settings import Settings
from tests.integration.purge.conftest import PICKS, add_people, counted

pytestmark = pytest.mark.postgres


def of_people(people: int) -> Counts:
    return Counts(people, people, people, 4 * people, 2 * PICKS * people)


def test_idle_people_go_and_the_others_stay(owner: Connection, connection: Connection) -> None:
    add_people(owner, 2, 89)
    kept = counted(owner)
    add_people(owner, 120, 91)
    assert count_idle(connection, 90) == of_people(120)

    report = purge_users(connection, 90)

    assert counted(owner) == kept
    assert (report.outcome, report.rows_in, report.deleted) == ("done", 120, 120)
    assert report.details["deleted"] == of_people(120).to_values()
    assert report.details["kept"] == {"came_back": 0, "held": 0}
    assert count_orphans(owner) == {}
    assert last_good_run(connection, *etl.purge.RUN) == report


def test_a_second_purge_finds_nothing(owner: Connection, connection: Connection) -> None:
    add_people(owner, 2, 100)
    purge_users(connection, 90)
    again = purge_users(connection, 90)

    assert (again.outcome, again.rows_in, again.deleted) == ("unchanged", 0, 0)


@pytest.mark.parametrize(("days", "left"), [(200, 3), (150, 2), (50, 0)])
def test_days_can_be_given(owner: Connection, connection: Connection, days: int, left: int) -> None:
    add_people(owner, 2, 100)
    add_people(owner, 1, 180)
    purge_users(connection, days)

    assert counted(owner)["users"] == left


def test_who_comes_back_between_the_search_and_the_deletion_is_kept(
    owner: Connection, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_people(owner, 5, 100)
    delete = etl.purge._delete

    def visited_first(connection: Connection, ids: list[int], progress: etl.purge._Progress) -> None:
        visit(owner, ids[1])
        delete(connection, ids, progress)

    monkeypatch.setattr(etl.purge, "_delete", visited_first)
    report = purge_users(connection, 90)

    assert report.details["kept"] == {"came_back": 1, "held": 0}
    assert counted(owner) == {"users": 1, "installations": 3, "classements": 5, "prescriptions": 2 * PICKS}


def test_who_comes_back_while_their_row_is_being_deleted_is_kept(
    owner: Connection, connection: Connection
) -> None:
    """The deletion waits for the row that the visit holds, reads it again, and lets it stay."""
    add_people(owner, 5, 100)
    visit(owner, 3, commit=False)
    ended = threading.Timer(0.06, owner.commit)
    ended.start()
    report = purge_users(connection, 90)
    ended.join()

    assert (report.deleted, report.details["kept"]["came_back"]) == (4, 1)
    assert counted(owner) == {"users": 1, "installations": 3, "classements": 5, "prescriptions": 2 * PICKS}


def test_who_is_held_is_left_for_the_next_run_and_the_others_go(
    owner: Connection, connection: Connection
) -> None:
    """A sync may hold a pick of somebody for long: they wait, whole, and nobody waits for them."""
    add_people(owner, 20, 100)
    held = counted(owner)
    with owner.cursor() as cursor:
        cursor.execute("UPDATE prescriptions SET gone_at = now() WHERE user_id = 7")
    report = purge_users(connection, 90)
    assert (report.deleted, report.details["kept"]) == (19, {"came_back": 0, "held": 1})
    assert counted(owner)["prescriptions"] == held["prescriptions"] // 20

    assert purge_users(connection, 90).deleted == 1
    assert counted(owner)["users"] == 0


def test_a_batch_that_takes_too_long_is_tried_in_halves(
    owner: Connection, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Down to one person, who is deleted however long that takes."""
    add_people(owner, 9, 100)
    monkeypatch.setattr(etl.purge, "LONGEST_BATCH", "1ms")
    with owner.cursor() as cursor:  # every deletion of a person takes 5 ms
        cursor.execute(
            "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN PERFORM pg_sleep(0.005); RETURN OLD; END';"
            "CREATE TRIGGER dawdle BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION dawdle()"
        )
    owner.commit()
    report = purge_users(connection, 90)

    assert (report.deleted, report.details["kept"]) == (9, {"came_back": 0, "held": 0})


def test_something_of_others_on_an_installation_does_not_stop_the_purge(
    owner: Connection, connection: Connection
) -> None:
    add_people(owner, 8, 100)
    add_people(owner, 1, 1)
    with owner.cursor() as cursor:
        cursor.execute(
            "UPDATE prescriptions SET installation_id ="
            " (SELECT min(id) FROM installations WHERE owner_id = 2)"
            " WHERE id = (SELECT max(id) FROM prescriptions)"
        )
    owner.commit()
    report = purge_users(connection, 90)

    assert (report.deleted, report.details["kept"]["held"]) == (7, 1)
    assert count_orphans(owner) == {}


def test_a_killed_purge_leaves_whole_people(
    owner: Connection, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_people(owner, 120, 100)
    delete = etl.purge._delete
    batches: list[int] = []

    def cut_short(connection: Connection, ids: list[int], progress: etl.purge._Progress) -> None:
        batches.append(len(ids))
        delete(connection, ids, progress)
        connection.close()  # as the end of the process does

    monkeypatch.setattr(etl.purge, "_delete", cut_short)
    with pytest.raises(InterfaceError), connect(settings, Role.ETL) as connection:
        purge_users(connection, 90)
    left = counted(owner)
    assert left["users"] == 120 - batches[0]
    assert left["prescriptions"] == 2 * PICKS * left["users"]
    assert count_orphans(owner) == {}

    monkeypatch.undo()
    with connect(settings, Role.ETL) as connection:
        assert purge_users(connection, 90).deleted == left["users"]


def test_after_a_long_silence_a_person_decides(owner: Connection, connection: Connection) -> None:
    """A clock that jumps makes everybody idle: nobody goes until somebody looked at the date."""
    add_people(owner, 3, 100)
    purge_users(connection, 90)
    add_people(owner, 4, 95)
    with owner.cursor() as cursor:
        cursor.execute(
            "UPDATE dataset_runs SET started_at = started_at - %(gap)s, finished_at = finished_at - %(gap)s",
            {"gap": timedelta(days=8)},
        )
    owner.commit()
    with pytest.raises(RefusedError, match="clock is wrong, or the service stood still"):
        purge_users(connection, 90)
    assert counted(owner)["users"] == 4

    assert purge_users(connection, 90, accept_silence=True).deleted == 4
    assert purge_users(connection, 90).outcome == "unchanged"


def test_two_purges_do_not_meet(owner: Connection, connection: Connection, settings: Settings) -> None:
    purge_users(connection, 90)  # holds its turn until the connection ends
    with pytest.raises(RefusedError, match="Another purge"), connect(settings, Role.ETL) as other:
        purge_users(other, 90)


def test_orphans_are_found_and_fail_the_run(owner: Connection, connection: Connection) -> None:
    """Foreign keys do not let them be: a damaged database does."""
    add_people(owner, 2, 1)
    with owner.cursor() as cursor:
        cursor.execute("ALTER TABLE prescriptions DROP CONSTRAINT prescriptions_user_id_fkey")
        cursor.execute("UPDATE prescriptions SET user_id = 99 WHERE user_id = 2")
        cursor.execute(
            "ALTER TABLE prescriptions ADD CONSTRAINT prescriptions_user_id_fkey"
            " FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID"
        )
        cursor.execute("UPDATE classements SET owner_id = 99 WHERE installation_id = 2")
    owner.commit()

    assert count_orphans(owner) == {"prescriptions_user_id_fkey": 2 * PICKS, OWNERLESS_LINES: 2}
    with pytest.raises(StepError, match=OWNERLESS_LINES):
        purge_users(connection, 90)


def visit(owner: Connection, user_id: int, *, commit: bool = True) -> None:
    with owner.cursor() as cursor:
        cursor.execute("UPDATE users SET last_seen_at = now() WHERE id = %s", (user_id,))
    if commit:
        owner.commit()


def test_every_foreign_key_has_an_index_to_delete_by(owner: Connection) -> None:
    """Or else each deletion of a person reads whole tables."""
    with owner.cursor() as cursor:
        cursor.execute(
            "SELECT fk.conname FROM pg_constraint AS fk"
            " WHERE fk.contype = 'f' AND fk.confrelid IN ('users'::regclass, 'installations'::regclass)"
        )
        assert cursor.rowcount >= 5
        cursor.execute(
            "SELECT fk.conname FROM pg_constraint AS fk"
            " WHERE fk.contype = 'f' AND fk.confrelid IN ('users'::regclass, 'installations'::regclass)"
            " AND NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = fk.conrelid AND i.indisvalid"
            " AND i.indkey[0] = fk.conkey[1]"
            " AND coalesce(pg_get_expr(i.indpred, i.indrelid), '') IN ('', format('(%I IS NOT NULL)',"
            " (SELECT attname FROM pg_attribute WHERE attrelid = i.indrelid AND attnum = fk.conkey[1]))))"
        )
        assert cursor.fetchall() == []
