"""The places where the bucket layer must do the same: a folder, a bucket by settings, one by Airflow."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from upath import UPath

from etl import storage
from etl.settings import Settings, load_settings
from tests.s3.endpoint import Endpoint


def settings_for(object_store: Endpoint, name: str, **changes: str) -> Settings:
    """Settings whose bucket `misc` is one of the object store."""
    return Settings(_env_file=None, **{**object_store.settings(), "misc_bucket": f"s3://{name}", **changes})


@pytest.fixture
def bucket_of_airflow(
    object_store: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], UPath]]:
    """A function that gives a bucket as the tasks see it: through the connection `aws_default`."""
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", object_store.airflow_connection())
    from dags.buckets import bucket

    def make(name: str) -> UPath:
        monkeypatch.setenv("MISC_BUCKET", f"s3://{name}")
        load_settings.cache_clear()
        return bucket("misc")

    yield make
    load_settings.cache_clear()


PLACES = [
    "folder",
    pytest.param("settings", marks=pytest.mark.s3),
    pytest.param("airflow", marks=[pytest.mark.s3, pytest.mark.airflow]),
]


@pytest.fixture(params=PLACES)
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path | UPath:
    """An empty bucket, once for each way to reach one."""
    if request.param == "folder":
        folder = tmp_path / "misc"
        folder.mkdir()
        return folder
    object_store: Endpoint = request.getfixturevalue("object_store")
    name = object_store.new_bucket()
    if request.param == "settings":
        return storage.bucket(settings_for(object_store, name), "misc")
    return request.getfixturevalue("bucket_of_airflow")(name)
