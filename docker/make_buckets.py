"""Make the buckets of the settings where they are missing; they belong to the given keys and are private."""

import logging
import sys
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from etl.errors import SettingsError, StepError
from etl.settings import Settings, load_settings


def make_buckets(settings: Settings) -> list[str]:
    """Make what is missing among the buckets addressed by `s3://` and return their names.

    Raises:
        StepError: the object store refuses the keys or does not answer.
        SettingsError: the keys are missing.
    """
    urls = [urlsplit(settings.bucket_url(name)) for name in ("misc", "ap", "am")]
    names = [url.hostname or "" for url in urls if url.scheme == "s3"]
    if not names:
        return []
    if settings.s3_access_key_id is None or settings.s3_secret_access_key is None:
        raise SettingsError("Buckets are at s3://…: set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.")
    client = boto3.client(
        "s3",
        endpoint_url=settings.s3_endpoint_url,
        region_name=settings.s3_region,
        aws_access_key_id=settings.s3_access_key_id.get_secret_value(),
        aws_secret_access_key=settings.s3_secret_access_key.get_secret_value(),
        config=Config(s3={"addressing_style": "path"}, connect_timeout=5, read_timeout=30),
    )
    try:
        present = {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}
        missing = [name for name in names if name not in present]
        for name in missing:
            client.create_bucket(Bucket=name)
    except (BotoCoreError, ClientError) as error:
        raise StepError(
            f"The object store at {settings.s3_endpoint_url} cannot be prepared: {error}"
        ) from error
    return missing


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
