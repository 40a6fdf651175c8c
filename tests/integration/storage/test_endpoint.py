"""The object store of the tests is whole, private, and gone afterwards."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from botocore.exceptions import ClientError

from tests.s3.endpoint import Endpoint, running_endpoint

pytestmark = pytest.mark.s3


def servers() -> set[int]:
    """The processes of object stores that this process started."""
    mine = psutil.Process().children(recursive=True)
    return {child.pid for child in mine if any(word.endswith("s3/serve.py") for word in words_of(child))}


def words_of(process: psutil.Process) -> list[str]:
    """The command of a process; none of one that has ended meanwhile."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_nothing_is_left_of_an_endpoint() -> None:
    before = servers()
    with running_endpoint() as endpoint:
        (started,) = servers() - before
        folder = Path(psutil.Process(started).cmdline()[-1])
        assert folder.is_dir()
        endpoint.client().put_object(Bucket=endpoint.new_bucket(), Key="key", Body=b"content")
    assert servers() == before
    assert not folder.exists()
    with socket.socket() as probe:
        probe.settimeout(5)
        assert probe.connect_ex(("127.0.0.1", urlsplit(endpoint.url).port or 0)) != 0


def test_an_endpoint_refuses_what_a_store_refuses(object_store: Endpoint) -> None:
    wrong = Endpoint(url=object_store.url, secret_key="wrong")
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        wrong.client().list_buckets()
    with pytest.raises(ClientError, match="NoSuchBucket"):
        object_store.client().list_objects_v2(Bucket="never-made")
