"""A backup is whole, proved, kept as long as said; whatever is wrong with one is found."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from upath import UPath

from etl.backups import inventory, programs, proving
from etl.backups.command import dump_to_bucket, prove_newest, rotate_bucket, run_backup
from etl.backups.inventory import differences, take_inventory
from etl.backups.making import make_backup
from etl.backups.server import server_of
from etl.backups.shelf import newest_key, read_backup, rotate
from etl.database import Role, connect, database_url
from etl.errors import RefusedError, SettingsError, StepError, TransientError
from etl.settings import Settings
from etl.storage import sha256_of

pytestmark = pytest.mark.postgres
NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


def quiet(_: str) -> None:
    """Tell nobody."""


def test_a_backup_is_noted_proved_and_leaves_no_scratch(
    filled: Settings, folder: Path, databases: Callable[[], list[str]]
) -> None:
    report = run_backup(filled, None, quiet)

    (dump,) = folder.rglob("*.dump")
    backup = read_backup(UPath(folder), newest_key(UPath(folder)))
    assert backup.verified_at is not None
    assert (backup.sha256, backup.size) == (sha256_of(dump), dump.stat().st_size)
    assert backup.inventory.tables["public.users"].rows == 40
    assert backup.inventory.tables["backoffice.editors"].rows == 1
    assert {"public.installations", "public.alembic_version"} < set(backup.inventory.tables)
    assert (report.outcome, report.rows_out) == ("done", backup.inventory.rows)
    assert report.files[0]["sha256"] == backup.sha256
    assert dump.stat().st_mode & 0o077 == 0
    assert databases() == []


def test_into_a_file(filled: Settings, tmp_path: Path) -> None:
    target = tmp_path / "mine.dump"
    report = run_backup(filled, target, quiet)

    assert report.files[0]["key"] == "mine.dump"
    assert {path.name for path in tmp_path.iterdir()} == {"mine.dump", "mine.dump.json"}
    with pytest.raises(RefusedError, match="is there already"):
        run_backup(filled, target, quiet)


def test_the_inventory_is_that_of_the_dump_whatever_is_written_meanwhile(
    filled: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taking = inventory.take_inventory

    def written_first(*arguments: object, **more: object) -> object:
        with connect(filled, Role.OWNER) as owner:
            owner.cursor().execute("INSERT INTO users (identity_hash) VALUES (sha256('late'))")
        return taking(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("etl.backups.making.take_inventory", written_first)
    backup = dump_to_bucket(filled)

    assert backup.inventory.tables["public.users"].rows == 40
    assert prove_newest(filled, NOW).outcome == "done"


# --- what is wrong with a backup


def cut(dump: Path) -> None:
    dump.write_bytes(dump.read_bytes()[:-2000])


def flip(dump: Path) -> None:
    content = bytearray(dump.read_bytes())
    content[-1] ^= 1
    dump.write_bytes(content)


def no_dump(dump: Path) -> None:
    dump.unlink()


def other_rows(dump: Path) -> None:
    """Let the note tell of one row more."""
    note = dump.with_name(f"{dump.name}.json")
    values = json.loads(note.read_text())
    values["inventory"]["tables"]["public.users"]["rows"] += 1
    note.write_text(json.dumps(values))


def unreadable_note(dump: Path) -> None:
    dump.with_name(f"{dump.name}.json").write_text("{}")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (cut, "is damaged"),
        (flip, "is damaged"),
        (no_dump, "is gone"),
        (other_rows, "public.users: 41 rows → 40"),
        (unreadable_note, "does not describe a backup"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_bad_backup_is_told(
    filled: Settings,
    folder: Path,
    databases: Callable[[], list[str]],
    damage: Callable[[Path], None],
    told: str,
) -> None:
    dump_to_bucket(filled)
    damage(next(folder.rglob("*.dump")))
    with pytest.raises(RefusedError, match=told):
        prove_newest(filled, NOW)

    assert databases() == []
    assert not [note for note in folder.rglob("*.json") if '"verified_at": "' in note.read_text()]


def test_a_sound_checksum_of_a_dump_that_does_not_restore_is_told(filled: Settings, folder: Path) -> None:
    """Two tables with one name, say: the dump is as it was made, and yet of no use."""
    backup = dump_to_bucket(filled)
    dump = folder / backup.key
    dump.write_bytes(b"PGDMP" + b"\0" * 500)
    note = dump.with_name(f"{dump.name}.json")
    values = json.loads(note.read_text()) | {"sha256": sha256_of(dump), "size": dump.stat().st_size}
    note.write_text(json.dumps(values))
    with pytest.raises(RefusedError, match="pg_restore failed"):
        prove_newest(filled, NOW)


def test_what_a_killed_proof_left_is_dropped(
    filled: Settings, folder: Path, databases: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    dump_to_bucket(filled)
    with monkeypatch.context() as patch:
        patch.setattr("etl.backups.server.Server.drop", lambda *_: None)
        prove_newest(filled, NOW)
    assert len(databases()) == 1
    prove_newest(filled, NOW)
    assert databases() == []


def test_two_proofs_do_not_meet(filled: Settings, folder: Path) -> None:
    """The second would drop the scratch of the first."""
    dump_to_bucket(filled)
    url = database_url(filled, Role.OWNER)
    with server_of(url) as server:
        assert server.take(proving.PROOF_LOCK, str(url.database))
        with pytest.raises(RefusedError, match="is being proved"):
            prove_newest(filled, NOW)


# --- a backup that cannot be made leaves nothing


def test_without_tables_there_is_no_backup(new_database: Callable[..., Settings]) -> None:
    bare = new_database(empty=True)
    with pytest.raises(StepError, match=r"permission denied|no tables"):
        dump_to_bucket(bare)
    assert list(Path(bare.bucket_url("backup")).rglob("*")) == []


def test_a_dump_that_stops_midway_is_none(
    filled: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = programs._running

    def asked_for_nothing(command: list[str], *more: Any, **pipes: Any) -> Any:
        unknown = ["--table=nothing_is_called_so", "--strict-names"]
        return running([command[0], *unknown, *command[1:]], *more, **pipes)

    monkeypatch.setattr(programs, "_running", asked_for_nothing)
    with pytest.raises(RefusedError, match=r"pg_dump failed: .*no matching tables"):
        dump_to_bucket(filled)

    assert [path for path in folder.rglob("*") if path.is_file()] == []
    with pytest.raises(RefusedError, match="There is no backup in"):
        newest_key(UPath(folder))


def test_a_database_that_is_gone_is_tried_again_later(filled: Settings, folder: Path) -> None:
    nowhere = database_url(filled, Role.BACKUP).set(port=9)
    with pytest.raises(psycopg2.OperationalError):
        make_backup(nowhere, UPath(folder), "postgres/x.dump")
    with pytest.raises(TransientError, match="lost the database"), programs.dumping(nowhere, "1-1") as stream:
        stream.read()


def test_programs_that_are_missing_or_too_old_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match="install postgresql-client-99"):
        programs.require_clients(99)
    monkeypatch.setattr("etl.binaries.Path", lambda _: tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingsError, match="pg_dump was not found: install the package postgresql-client"):
        programs.require_clients(15)


def test_who_may_make_no_database_is_told_how_to(filled: Settings, folder: Path) -> None:
    backup = dump_to_bucket(filled)
    url = database_url(filled, Role.OWNER)
    with connect(filled, Role.OWNER) as owner:
        owner.cursor().execute("CREATE ROLE no_maker LOGIN PASSWORD 'x' IN ROLE envinorma_backup")
    try:
        with pytest.raises(SettingsError, match="ALTER ROLE no_maker CREATEDB"):
            proving.prove_backup(url.set(username="no_maker", password="x"), UPath(folder), backup.key)
    finally:
        with connect(filled, Role.OWNER) as owner:
            owner.cursor().execute("DROP ROLE no_maker")


# --- what is kept


def test_old_backups_go_and_only_proved_ones_count(filled: Settings, folder: Path) -> None:
    run_backup(filled, None, quiet)
    made = newest_key(UPath(folder))
    values = json.loads((folder / f"{made}.json").read_text())
    days = [NOW - timedelta(days=days) for days in range(60)]
    for day in days:
        put(folder, day, values | {"made_at": day.isoformat()})
    put(
        folder,
        NOW + timedelta(hours=1),
        values | {"verified_at": None, "made_at": "2026-11-23T01:00:00+00:00"},
    )
    (folder / "postgres/20261101T000000Z.dump").unlink()
    (folder / "postgres/20261101T000000Z.dump.json").unlink()
    (folder / "postgres/20261102T030000Z.dump").write_bytes(b"given up")
    (folder / made).unlink()
    (folder / f"{made}.json").unlink()

    gone = rotate(UPath(folder), NOW)

    left = {path.name.partition("T")[0] for path in folder.rglob("*.dump")}
    daily = {f"202611{day}" for day in range(17, 24)}
    assert left == daily | {"20261115", "20261108"}
    assert "postgres/20261102T030000Z.dump" in gone
    assert len(list(folder.rglob("*.dump"))) == len(list(folder.rglob("*.json"))) == 10
    assert rotate_bucket(filled) == []


def put(folder: Path, moment: datetime, values: dict[str, object]) -> None:
    dump = folder / f"postgres/{moment:%Y%m%dT%H%M%SZ}.dump"
    dump.write_bytes(b"dump")
    dump.with_name(f"{dump.name}.json").write_text(json.dumps(values))


# --- inventories


CHANGES = [
    ("UPDATE users SET grouping = 'theme' WHERE id = 3", "public.users: other content"),
    ("DELETE FROM classements WHERE id = 2", "public.classements: 81*0* rows|public.classements: "),
    ("CREATE TABLE more (id integer)", "table public.more was not there"),
    ("DROP TABLE search_words", "table public.search_words is missing"),
    ("DROP INDEX users_last_seen_at_idx", "indexes: "),
    ("DROP POLICY backup_reads_all_rows ON classements", "policies: "),
    ("UPDATE alembic_version SET version_num = '0001'", "version of the tables"),
]


@pytest.mark.parametrize(("change", "told"), CHANGES)
def test_what_differs_is_told(filled: Settings, change: str, told: str) -> None:
    with connect(filled, Role.OWNER) as owner:
        before = take_inventory(owner)
        assert differences(before, take_inventory(owner, like=before)) == []
        owner.cursor().execute(change)
        found = differences(before, take_inventory(owner, like=before))
        owner.rollback()

    assert any(told.partition("|")[2] in each or told in each for each in found), found


def test_of_a_large_table_a_sample_is_the_same_in_every_copy(
    filled: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inventory, "SAMPLED_FROM_ROWS", 30)
    with connect(filled, Role.OWNER) as owner:
        owner.cursor().execute("ANALYZE")
    backup = dump_to_bucket(filled)
    state = backup.inventory.tables["public.prescriptions"]

    assert (state.one_in, state.rows) == (16, 240)
    assert state.mark != "0"
    assert prove_newest(filled, NOW).outcome == "done"


def test_nothing_but_the_backup_folder_is_needed_to_copy_it(
    filled: Settings, folder: Path, tmp_path: Path
) -> None:
    backup = dump_to_bucket(filled)
    shutil.copytree(folder, tmp_path / "elsewhere")

    assert read_backup(UPath(tmp_path / "elsewhere"), backup.key) == backup
