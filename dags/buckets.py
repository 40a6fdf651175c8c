"""Where the buckets are for a task: an object store through the connection `aws_default`, or a folder."""

from typing import Literal, cast
from urllib.parse import urlsplit

from airflow.sdk import ObjectStoragePath
from upath import UPath

from etl.settings import load_settings

CONNECTION = "aws_default"


def bucket(name: Literal["misc", "ap", "am"]) -> UPath:
    """Return the root of a bucket; read when a task runs, never at import.

    Raises:
        SettingsError: a variable cannot be used.
    """
    url = load_settings().bucket_url(name)
    if not url.startswith("s3://"):
        return UPath(url)
    parts = urlsplit(url)
    address = f"s3://{CONNECTION}@{parts.netloc.rpartition('@')[2]}{parts.path}"
    return cast("UPath", ObjectStoragePath(address))  # it is one at run time, by proxy
