"""A real S3 endpoint for tests: OpenStack Swift in its own environment, process, port and folder."""

import json
import os
import secrets
import select
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[2]
INTERPRETER = ROOT / ".venv-swift" / "bin" / "python"
ACCESS_KEY = "test:tester"
REGION = "gra"
START_SECONDS = 60
STOP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the object store answers, and the keys that it accepts."""

    url: str
    secret_key: str
    access_key: str = ACCESS_KEY
    region: str = REGION

    def client(self) -> Any:
        """Return a boto3 client, to prepare and to look behind the code under test."""
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name=self.region,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            config=Config(s3={"addressing_style": "path"}, connect_timeout=5, read_timeout=20),
        )

    def new_bucket(self, purpose: str = "misc") -> str:
        """Make an empty private bucket that no other test uses and return its name."""
        name = f"{purpose}-{secrets.token_hex(6)}"
        self.client().create_bucket(Bucket=name)
        return name

    def settings(self) -> dict[str, str]:
        """Return the variables S3_* of `etl.settings` for this endpoint, as fields."""
        return {
            "s3_endpoint_url": self.url,
            "s3_region": self.region,
            "s3_access_key_id": self.access_key,
            "s3_secret_access_key": self.secret_key,
        }

    def airflow_connection(self) -> str:
        """Return the value of AIRFLOW_CONN_AWS_DEFAULT for this endpoint."""
        extra = {
            "endpoint_url": self.url,
            "region_name": self.region,
            "config_kwargs": {"s3": {"addressing_style": "path"}},
        }
        connection = {
            "conn_type": "aws",
            "login": self.access_key,
            "password": self.secret_key,
            "extra": extra,
        }
        return json.dumps(connection)


@contextmanager
def running_endpoint() -> Iterator[Endpoint]:
    """Start a Swift, give its endpoint, and stop it wholly; its files go with it.

    Raises:
        RuntimeError: its environment is missing, or it does not start; the end of its log is told.
    """
    if not INTERPRETER.exists():
        raise RuntimeError(f"{INTERPRETER} is missing: run `make setup`.")
    secret = secrets.token_urlsafe(24)
    with tempfile.TemporaryDirectory(prefix="swift-", dir=folder_with_attributes()) as folder:
        log = Path(folder) / "swift.log"
        with log.open("wb") as errors:
            server = subprocess.Popen(
                [str(INTERPRETER), "-W", "ignore", str(ROOT / "tests/s3/serve.py"), f"{folder}/swift"],
                env={"PATH": os.environ.get("PATH", ""), "SWIFT_SECRET": secret},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        try:
            yield Endpoint(url=read_address(server, log), secret_key=secret)
        finally:
            stop(server)


def folder_with_attributes() -> str:
    """Return a folder for temporary files where Swift can keep its extended attributes."""
    for candidate in (tempfile.gettempdir(), "/var/tmp", str(ROOT)):
        with tempfile.NamedTemporaryFile(dir=candidate) as probe:
            try:
                os.setxattr(probe.name, "user.swift", b"x" * 2048)
            except OSError:
                continue
            return candidate
    raise RuntimeError("No folder here keeps extended attributes (user.*): set TMPDIR to one on ext4 or xfs.")


def read_address(server: subprocess.Popen[bytes], log: Path) -> str:
    assert server.stdout is not None
    ready, _, _ = select.select([server.stdout], [], [], START_SECONDS)
    address = server.stdout.readline().decode().strip() if ready else ""
    if not address.startswith("http://"):
        raise RuntimeError(f"The object store of the tests did not start: {log.read_text()[-2000:]}")
    return address


def stop(server: subprocess.Popen[bytes]) -> None:
    """Ask the server to end by closing its input, then make sure that nothing of its group is left."""
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.close()
    try:
        server.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(timeout=STOP_SECONDS)
    server.stdout.close()
