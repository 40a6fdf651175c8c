"""Secrets of a local run: random, made once, kept in files that only their owner reads."""

import secrets
from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import BaseModel

# Airflow wants a key of 64 bytes at least for its tokens (HS512).
KEY_BYTES = 64
PASSWORD_BYTES = 18


class AirflowSecrets(BaseModel):
    """What Airflow's processes on one machine share."""

    password: str
    fernet_key: str
    jwt_secret: str


def keep_airflow_secrets(path: Path) -> AirflowSecrets:
    """Return Airflow's secrets from a file, which is made on first use."""
    if path.exists():
        return AirflowSecrets.model_validate_json(path.read_text(encoding="utf-8"))
    made = AirflowSecrets(
        password=secrets.token_urlsafe(PASSWORD_BYTES),
        fernet_key=Fernet.generate_key().decode("ascii"),
        jwt_secret=secrets.token_urlsafe(KEY_BYTES),
    )
    write_private(path, made.model_dump_json())
    return made


def keep_secret(path: Path) -> str:
    """Return one random text from a file, which is made on first use."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(KEY_BYTES))
    return path.read_text(encoding="utf-8")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    aside = path.with_name(f".{path.name}.new")
    aside.unlink(missing_ok=True)
    aside.touch(mode=0o600)
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)
