"""Write settings and secrets for docker-compose.yaml: `new_env.py [--staging] [--host HOST] [FOLDER | -]`.

`.env` holds what anyone may know, `secrets/` one file for each secret, in a folder that is closed to others.
Where either is there already, nothing is written: it may belong to a running house. `-` prints all of it.
The certificate is one that no browser trusts: put a real one in its place. Needs nothing but Python.
"""

import argparse
import base64
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

OPENSSL_SECONDS = 60
ROLES = ("owner", "etl", "web", "backoffice", "backup", "monitor")
# Given by others, and empty until then.
OPTIONAL_SECRETS = (
    "SLACK_WEBHOOK_URL", "SENTRY_DSN", "HEARTBEAT_URL", "LEGIFRANCE_CLIENT_SECRET",
    "BACKUP_S3_ACCESS_KEY_ID", "BACKUP_S3_SECRET_ACCESS_KEY",
)  # fmt: skip


def new_settings(host: str, *, is_staging: bool) -> dict[str, str]:
    """Return what `.env` holds: nothing of it is secret."""
    is_here = host == "localhost"
    http, https = ("8000", "8443") if is_here else ("80", "443")
    return {
        "COMPOSE_PROJECT_NAME": "envinorma-staging" if is_staging else "envinorma",
        "COMPOSE_PROFILES": "staging" if is_staging else "local",
        "SITE_URL": f"https://{host}:{https}" if is_here else f"https://{host}",
        "ALLOWED_HOSTS": host,
        "AIRFLOW_URL": "http://127.0.0.1:8080",
        "WEB_PORT": http,
        "WEB_TLS_PORT": https,
        "AIRFLOW_PORT": "8080",
        "MONITOR_DATABASE": f"postgres:5432/{'envinorma_staging' if is_staging else 'envinorma'}",
        "SYNC_DATASET": "sample" if is_staging else "all",
        "SENTRY_ENVIRONMENT": "staging" if is_staging else "production",
        "S3_ENDPOINT_URL": "http://store:3900",
        "S3_REGION": "garage",
    }


def new_secrets(*, is_staging: bool) -> dict[str, str]:
    """Return every secret, by the variable that it is the value of."""
    database = "envinorma_staging" if is_staging else "envinorma"
    passwords = {role: secrets.token_urlsafe(24) for role in ROLES}
    address = {
        role: f"postgresql://envinorma_{role}:{password}@postgres:5432/{database}"
        for role, password in passwords.items()
    }
    airflow = f"airflow:{secrets.token_urlsafe(24)}@postgres:5432/airflow"
    key, secret = f"GK{secrets.token_hex(16)}", secrets.token_hex(32)
    return {
        "POSTGRES_PASSWORD": secrets.token_urlsafe(24),
        "DATABASE_URL": address["owner"],
        **{f"{role.upper()}_DATABASE_URL": address[role] for role in ROLES[1:]},
        "MONITOR_PASSWORD": passwords["monitor"],
        "SECRET_KEY": secrets.token_urlsafe(48),
        "METRICS_TOKEN": secrets.token_urlsafe(32),
        "GRAFANA_PASSWORD": secrets.token_urlsafe(24),
        "S3_ACCESS_KEY_ID": key,
        "S3_SECRET_ACCESS_KEY": secret,
        "GARAGE_RPC_SECRET": secrets.token_hex(32),
        "AIRFLOW_API_PASSWORD": secrets.token_urlsafe(24),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://{airflow}",
        "AIRFLOW__CORE__FERNET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "AIRFLOW__API__SECRET_KEY": secrets.token_urlsafe(48),
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_urlsafe(72),
        **dict.fromkeys(OPTIONAL_SECRETS, ""),
    }


def write_house(folder: Path, settings: dict[str, str], values: dict[str, str]) -> None:
    """Write `.env` and `secrets/`, the first for its owner's eyes, the second closed to others."""
    closed = folder / "secrets"
    closed.mkdir(mode=0o700, parents=True)
    # The engine hands each file to a container whose account is another: the folder is what keeps others out.
    files = {name.lower(): value for name, value in values.items()}
    key, secret = values["S3_ACCESS_KEY_ID"], values["S3_SECRET_ACCESS_KEY"]
    files["aws_credentials"] = f"[default]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n"
    files["store.env"] = f"GARAGE_DEFAULT_ACCESS_KEY={key}\nGARAGE_DEFAULT_SECRET_KEY={secret}\n"
    for name, value in files.items():
        (closed / name).write_text(value, encoding="ascii")
        (closed / name).chmod(0o644)
    env = folder / ".env"
    env.touch(mode=0o600)
    env.write_text(lines(settings), encoding="ascii")


def write_certificate(folder: Path, host: str) -> str:
    """Write a certificate that no browser trusts; return what is to be said about it."""
    certificate, key = folder / "secrets" / "tls_certificate", folder / "secrets" / "tls_key"
    openssl = shutil.which("openssl")
    if openssl is None:
        return f"There is no openssl here: put the chain into {certificate} and its key into {key}."
    subject = ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "90"]
    command = [openssl, "req", "-x509", *kind, *subject, *files]
    subprocess.run(command, check=True, capture_output=True, timeout=OPENSSL_SECONDS)
    key.chmod(0o644)
    return f"The certificate is self-signed: put a real chain into {certificate}, its key into {key}."


def lines(values: dict[str, str]) -> str:
    """Return variables as lines."""
    return "".join(f"{name}={value}\n" for name, value in values.items())


def main(arguments: list[str]) -> int:
    """Write everything and return the exit code."""
    parser = argparse.ArgumentParser(prog="new_env.py", description=__doc__.partition("\n")[0])
    parser.add_argument("--staging", action="store_true", help="dataset `sample`, names of its own")
    parser.add_argument("--host", default="localhost", help="host of the site, as visitors write it")
    parser.add_argument("folder", nargs="?", default=".", help="where to write; - prints")
    given = parser.parse_args(arguments)
    settings = new_settings(given.host, is_staging=given.staging)
    values = new_secrets(is_staging=given.staging)
    if given.folder == "-":
        sys.stdout.write(lines(settings | values))
        return 0
    folder = Path(given.folder)
    there = [path for path in (folder / ".env", folder / "secrets") if path.exists()]
    if there:
        sys.stderr.write(f"{there[0]} is there already; its secrets belong to a house that may be running.\n")
        return 1
    write_house(folder, settings, values)
    sys.stdout.write(f"{write_certificate(folder, given.host)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
