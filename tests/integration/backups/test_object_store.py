"""A dump goes to an object store in parts; what was cut short is not there."""

from typing import Any

import pytest
from pydantic import SecretStr

from etl import stores
from etl.backups.command import run_backup, run_restore
from etl.errors import SettingsError
from etl.settings import Settings
from etl.storage import AnyPath, bucket, streamed
from tests.integration.backups.conftest import people
from tests.s3.endpoint import Endpoint

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
MEGABYTE = 1 << 20


@pytest.fixture
def stored(
    filled: Settings, object_store: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> tuple[Settings, str, Any]:
    """Settings whose backups go to an object store in parts of five megabytes, its bucket, and a client."""
    monkeypatch.setattr(stores, "PART_BYTES", 5 * MEGABYTE)
    name = object_store.new_bucket("backup")
    access = {f"backup_{field}": value for field, value in object_store.settings().items()}
    values = {**filled.model_dump(), **access, "backup_bucket": f"s3://{name}"}
    return Settings(_env_file=None, **values), name, object_store.client()


def test_there_and_back(stored: tuple[Settings, str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    settings, name, client = stored
    monkeypatch.setattr("etl.backups.restoring.SETTLED_AFTER_SECONDS", 0)
    report = run_backup(settings, None, lambda _: None)
    assert (
        client.head_object(Bucket=name, Key=report.files[0]["key"])["ContentLength"]
        == report.files[0]["bytes"]
    )
    run_restore(settings, file=None, key=None, into=None, progress=lambda _: None)
    assert people(settings) == 40


@pytest.mark.parametrize("megabytes", [1, 12])
def test_a_stream_appears_whole_or_not_at_all(stored: tuple[Settings, str, Any], megabytes: int) -> None:
    settings, name, client = stored
    folder = bucket(settings, "backup")
    piece = bytes(range(256)) * 4096
    with pytest.raises(RuntimeError, match="cut short"):
        write_and_fail(folder, [piece] * megabytes)
    with streamed(folder, "postgres/whole.dump") as stream:
        for _ in range(megabytes):
            stream.write(piece)
        assert "Contents" not in client.list_objects_v2(Bucket=name)

    listed = client.list_objects_v2(Bucket=name)["Contents"]
    assert [(entry["Key"], entry["Size"]) for entry in listed] == [
        ("postgres/whole.dump", megabytes * len(piece))
    ]
    assert client.list_multipart_uploads(Bucket=name).get("Uploads", []) == []


def write_and_fail(folder: AnyPath, pieces: list[bytes]) -> None:
    with streamed(folder, "postgres/cut.dump") as stream:
        for piece in pieces:
            stream.write(piece)
        raise RuntimeError("cut short")


def test_the_keys_of_other_buckets_do_not_open_this_one(stored: tuple[Settings, str, Any]) -> None:
    settings, _, _ = stored
    wrong = settings.model_copy(update={"backup_s3_secret_access_key": SecretStr("of another bucket")})
    with pytest.raises(SettingsError, match="refuses the keys"):
        run_backup(wrong, None, lambda _: None)
