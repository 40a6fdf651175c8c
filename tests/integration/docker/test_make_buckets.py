"""The preparation makes the buckets that are missing, once, and they open to the keys alone."""

import secrets
import urllib.error
import urllib.request

import pytest

from docker.make_buckets import make_buckets
from etl import storage
from etl.errors import SettingsError, StepError
from etl.settings import Settings

pytestmark = pytest.mark.s3
BUCKETS = ("misc", "ap", "am", "backup")


@pytest.fixture
def fields(object_store) -> dict[str, str]:
    mark = secrets.token_hex(4)
    return {
        **object_store.settings(),
        **{f"{name}_bucket": f"s3://prepared-{mark}-{name}" for name in BUCKETS},
    }


def test_buckets_are_made_once_and_can_be_published_to(fields, tmp_path) -> None:
    settings = Settings(_env_file=None, **fields)
    names = [settings.bucket_url(name).removeprefix("s3://") for name in BUCKETS]
    assert make_buckets(settings) == names
    source = tmp_path / "a.csv"
    source.write_text("content", encoding="utf-8")
    storage.publish(storage.bucket(settings, "misc"), {"a.csv": source})
    assert make_buckets(settings) == []
    assert storage.sha256_of(storage.bucket(settings, "misc") / "a.csv") == storage.sha256_of(source)


def test_a_bucket_opens_to_nobody_without_keys(fields, object_store) -> None:
    settings = Settings(_env_file=None, **fields)
    (name, *_) = make_buckets(settings)
    object_store.client().put_object(Bucket=name, Key="a.csv", Body=b"content")
    # Both doors of this store: its S3 interface, and the one of its own.
    for path in (f"{name}/a.csv", f"v1/AUTH_test/{name}/a.csv"):
        with pytest.raises(urllib.error.HTTPError, match=r"\b4\d\d\b"):
            urllib.request.urlopen(f"{object_store.url}/{path}", timeout=10)  # noqa: S310  (http:// of the fixture)


def test_a_wrong_secret_is_told(fields) -> None:
    with pytest.raises(StepError, match="cannot be prepared"):
        make_buckets(Settings(_env_file=None, **{**fields, "s3_secret_access_key": "wrong"}))


def test_keys_are_asked_for(fields) -> None:
    with pytest.raises(SettingsError, match="S3_SECRET_ACCESS_KEY"):
        make_buckets(Settings(_env_file=None, **{**fields, "s3_secret_access_key": None}))


def test_folders_need_nothing() -> None:
    assert make_buckets(Settings(_env_file=None)) == []
