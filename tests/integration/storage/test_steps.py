"""Steps ① and ④ with their files in a folder and in a bucket: the same bytes, the same rows."""

from datetime import date
from pathlib import Path

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)
from upath import UPath

from etl import s3ic, storage
from etl.errors import RefusedError
from etl.reports import Report, published_report
from etl.settings import ROOT
from etl.sync import apply_aps, apply_icpe, delete_withdrawn_files
from tests.aps import made_aps, write_aps

DEMO = ROOT / "demo" / "s3ic"
ESTABLISHMENTS = "private/input/s3ic-liste-etablissements.csv"
CLASSEMENTS = "private/input/sic-liste-rubriques.csv"
TODAY = date(2026, 11, 22)


def put_extraction(root: Path | UPath, folder: Path = DEMO) -> None:
    storage.publish(root, {key: folder / Path(key).name for key in (ESTABLISHMENTS, CLASSEMENTS)})


def transform(root: Path | UPath) -> Report:
    return s3ic.transform_icpe(
        establishments=storage.inside(root, ESTABLISHMENTS),
        classements=storage.inside(root, CLASSEMENTS),
        output=root,
        private=s3ic.PRIVATE_FOLDER,
        dated_on=TODAY,
        today=TODAY,
    )


@pytest.fixture(scope="module")
def expected(tmp_path_factory) -> dict[str, str]:
    """The checksums of the datasets of the demo, made in a plain folder."""
    folder = tmp_path_factory.mktemp("expected")
    put_extraction(folder)
    return {file["key"]: file["sha256"] for file in transform(folder).files}


@pytest.mark.postgres
def test_a_bucket_goes_through_both_steps(root, expected, connection) -> None:
    put_extraction(root)
    first = transform(root)
    assert {key: storage.sha256_of(root / key) for key in expected} == expected
    assert published_report(root, s3ic.PRIVATE_FOLDER) == first
    assert transform(root).outcome == "unchanged"
    synced = apply_icpe(connection, root, "all")
    assert synced.outcome == "done"
    assert synced.created > 0
    assert apply_icpe(connection, root, "all").outcome == "unchanged"


def test_a_refused_extraction_leaves_the_bucket_as_it_was(root, expected, tmp_path) -> None:
    put_extraction(root)
    transform(root)
    cut = tmp_path / "cut"
    cut.mkdir()
    for key in (ESTABLISHMENTS, CLASSEMENTS):
        data = (DEMO / Path(key).name).read_bytes()
        (cut / Path(key).name).write_bytes(data[: len(data) // 2])
    put_extraction(root, cut)
    with pytest.raises(RefusedError):
        transform(root)
    assert {key: storage.sha256_of(root / key) for key in expected} == expected


def test_a_missing_extraction_is_named(root) -> None:
    with pytest.raises(RefusedError, match=r"There is no file .*s3ic-liste-etablissements\.csv"):
        transform(root)


@pytest.mark.postgres
def test_orders_with_their_texts_come_and_go(root, connection, owner, tmp_path) -> None:
    orders = made_aps(25)
    put_folder(root, write_aps(tmp_path / "all", orders))
    misc, bucket = root / "misc", root / "ap"
    assert apply_aps(connection, misc, bucket).created == 25
    assert count(connection, "ap_pages") == 50
    assert apply_aps(connection, misc, bucket).outcome == "unchanged"

    put_folder(root, write_aps(tmp_path / "less", orders[1:]))
    assert apply_aps(connection, misc, bucket).withdrawn == 1
    owner.cursor().execute("UPDATE aps SET withdrawn_at = withdrawn_at - interval '31 days'")
    owner.commit()
    assert apply_aps(connection, misc, bucket).deleted == 1
    before = set(storage.list_keys(bucket))
    assert delete_withdrawn_files(connection, bucket) == 1
    gone = orders[0].georisques_id
    assert before - set(storage.list_keys(bucket)) == {f"{gone}.json", f"{gone}.pdf"}


def put_folder(root: Path | UPath, folder: Path) -> None:
    for path in folder.rglob("*.*"):
        storage.put_file(root, path.relative_to(folder).as_posix(), path)


def count(connection: Connection, table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  (constants of this module)
        found: int = cursor.fetchall()[0][0]
    connection.rollback()
    return found
