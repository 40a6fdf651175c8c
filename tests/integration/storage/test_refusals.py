"""What an object store refuses, or does not answer, reaches the operator as one sentence."""

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from upath import UPath

from etl import storage
from etl.errors import SettingsError, StepError, TransientError
from etl.settings import Settings
from tests.s3.endpoint import Endpoint


def first_line_of(path: Path | UPath) -> None:
    with storage.explained(path), path.open("rb") as stream:
        stream.readline()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.csv"
    path.write_text("content", encoding="utf-8")
    return path


@pytest.fixture(params=["finish_pending", "publish", "sha256_of", "local_copy", "open"])
def use(request: pytest.FixtureRequest, source: Path) -> Callable[[UPath], object]:
    """Every way in which a step touches a bucket."""

    def copy(root: UPath) -> None:
        with storage.local_copy(root / "a.csv", source.parent):
            pass

    uses: dict[str, Callable[[UPath], object]] = {
        "finish_pending": storage.finish_pending,
        "publish": lambda root: storage.publish(root, {"a.csv": source}),
        "sha256_of": lambda root: storage.sha256_of(root / "a.csv"),
        "local_copy": copy,
        "open": lambda root: first_line_of(root / "a.csv"),
    }
    return uses[request.param]


def misc(object_store: Endpoint, **changes: str) -> UPath:
    fields = {**object_store.settings(), "misc_bucket": "s3://never-made", **changes}
    return storage.bucket(Settings(_env_file=None, **fields), "misc")


@pytest.mark.s3
@pytest.mark.parametrize("changes", [{"s3_secret_access_key": "wrong"}, {"s3_access_key_id": "test:nobody"}])
def test_wrong_keys_are_refused_with_the_names_of_the_variables(object_store, use, changes, source) -> None:
    name = object_store.new_bucket()
    storage.publish(misc(object_store, misc_bucket=f"s3://{name}"), {"a.csv": source})
    with pytest.raises(SettingsError, match="S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY"):
        use(misc(object_store, misc_bucket=f"s3://{name}", **changes))


@pytest.mark.s3
@pytest.mark.airflow
def test_a_wrong_secret_of_an_airflow_connection_is_refused(
    object_store, use, bucket_of_airflow, monkeypatch
) -> None:
    connection = json.loads(object_store.airflow_connection())
    monkeypatch.setenv("AIRFLOW_CONN_WRONG", json.dumps({**connection, "password": "wrong-secret"}))
    from airflow.sdk import ObjectStoragePath

    with pytest.raises(SettingsError, match="in Airflow, the connection aws_default"):
        use(ObjectStoragePath(f"s3://wrong@{object_store.new_bucket()}"))


@pytest.mark.s3
def test_a_bucket_that_was_never_made_is_named(object_store, use) -> None:
    with pytest.raises(SettingsError, match=r"The bucket of s3://never-made/\S* does not exist"):
        use(misc(object_store))


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Something that accepts connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.s3
def test_a_store_that_never_answers_is_given_up(object_store, silent_server, source, monkeypatch) -> None:
    monkeypatch.setattr(storage, "REQUESTS", {**storage.REQUESTS, "read_timeout": 0.1})
    root = misc(object_store, s3_endpoint_url=silent_server)
    with pytest.raises(TransientError, match="does not answer"):
        storage.publish(root, {"a.csv": source})
    with pytest.raises(TransientError, match="does not answer"):
        storage.sha256_of(root / "a.csv")


@pytest.mark.s3
def test_a_store_that_is_not_there_is_a_passing_error(object_store, use) -> None:
    with socket.socket() as taken:  # bound and not listening: nobody answers there, nobody else takes it
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(TransientError, match="Check S3_ENDPOINT_URL"):
            use(misc(object_store, s3_endpoint_url=url))


def test_an_address_without_a_scheme_is_a_wrong_setting(use) -> None:
    settings = Settings(
        _env_file=None,
        misc_bucket="s3://misc",
        s3_endpoint_url="localhost:1",
        s3_region="gra",
        s3_access_key_id="key",
        s3_secret_access_key="secret",
    )
    with pytest.raises(SettingsError, match=r"Check the S3_\* variables"):
        use(storage.bucket(settings, "misc"))


@pytest.mark.parametrize("url", ["s3://", "gs://bucket", "https://example.org/misc", "s3://@/misc"])
def test_an_address_that_is_no_bucket_names_its_variable(url) -> None:
    with pytest.raises(SettingsError, match="MISC_BUCKET"):
        storage.bucket(Settings(_env_file=None, misc_bucket=url), "misc")


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("/srv/misc", "/srv/misc"),
        ("file:///srv/misc", "/srv/misc"),
        ("s3://misc", "misc/"),
        ("s3://aws_default@misc/below", "misc/below"),
    ],
)
def test_the_address_of_a_bucket_is_read(url, place) -> None:
    assert storage.bucket(Settings(_env_file=None, misc_bucket=url), "misc").path == place


@pytest.mark.s3
def test_no_secret_is_told(object_store, use) -> None:
    root = misc(object_store, s3_secret_access_key="a-secret-of-ours")
    assert "a-secret-of-ours" not in f"{root!r} {root}"
    with pytest.raises(StepError) as refusal:
        use(root)
    assert "a-secret-of-ours" not in str(refusal.value)


def test_a_folder_closed_to_this_account_is_named() -> None:
    with (
        pytest.raises(SettingsError, match="/srv/misc may not be read or written"),
        storage.explained(Path("/srv/misc")),
    ):
        raise PermissionError


def test_an_error_of_the_program_itself_is_not_disguised(object_store_path) -> None:
    with pytest.raises(ValueError, match="ours"), storage.explained(object_store_path):
        raise ValueError("ours")


@pytest.fixture
def object_store_path() -> UPath:
    settings = Settings(
        _env_file=None, misc_bucket="s3://misc", s3_access_key_id="k", s3_secret_access_key="s"
    )
    return storage.bucket(settings, "misc")
