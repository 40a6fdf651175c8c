"""Secrets of a local run: random, made once, kept in one file that only its owner reads."""

import json
import secrets
from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import BaseModel

TOKEN_BYTES = 64


class Secrets(BaseModel):
    """What the processes of one machine share and nobody else knows."""

    airflow_password: str
    fernet_key: str
    jwt_secret: str
    site_secret_key: str


def keep_secrets(path: Path) -> Secrets:
    """Return the secrets of a run's folder; they are made on first use."""
    if path.exists():
        return Secrets.model_validate(json.loads(path.read_text(encoding="utf-8")))
    made = Secrets(
        airflow_password=secrets.token_urlsafe(18),
        fernet_key=Fernet.generate_key().decode("ascii"),
        jwt_secret=secrets.token_urlsafe(TOKEN_BYTES),
        site_secret_key=secrets.token_urlsafe(TOKEN_BYTES),
    )
    write_private(path, made.model_dump_json())
    return made


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    aside = path.with_name(f".{path.name}.new")
    aside.unlink(missing_ok=True)
    aside.touch(mode=0o600)
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)
