"""Make the buckets of the settings where they are missing; they belong to the given keys and are private."""

import logging
import sys
from typing import get_args
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from etl.errors import SettingsError, StepError
from etl.settings import BucketName, ObjectStoreAccess, Settings, load_settings


def make_buckets(settings: Settings) -> list[str]:
    """Make what is missing among the buckets addressed by `s3://` and return their names.

    Raises:
        StepError: the object store refuses the keys or does not answer.
        SettingsError: the keys are missing.
    """
    made = []
    for name in get_args(BucketName):
        url = urlsplit(settings.bucket_url(name))
        if url.scheme == "s3" and _is_made(url.hostname or "", settings.object_store(name)):
            made.append(url.hostname or "")
    return made


def _is_made(bucket: str, store: ObjectStoreAccess) -> bool:
    """Make a bucket if it is missing, and tell whether it was."""
    if store.key is None or store.secret is None:
        raise SettingsError(
            "Buckets are at s3://…: set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY (for backups, BACKUP_S3_…)."
        )
    client = boto3.client(
        "s3",
        endpoint_url=store.endpoint_url,
        region_name=store.region,
        aws_access_key_id=store.key.get_secret_value(),
        aws_secret_access_key=store.secret.get_secret_value(),
        config=Config(s3={"addressing_style": "path"}, connect_timeout=5, read_timeout=30),
    )
    try:
        if bucket in {present["Name"] for present in client.list_buckets()["Buckets"]}:
            return False
        client.create_bucket(Bucket=bucket)
    except (BotoCoreError, ClientError) as error:
        raise StepError(f"The object store at {store.endpoint_url} cannot be prepared: {error}") from error
    return True


def main() -> None:
    """Make the buckets of the environment's settings and log what was made."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        made = make_buckets(load_settings())
    except StepError as error:
        sys.exit(str(error))
    logging.getLogger("buckets").info("made: %s", ", ".join(made) or "none, all were there")


if __name__ == "__main__":
    main()
