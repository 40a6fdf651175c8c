"""Write a `.env` for docker-compose.yaml with fresh secrets: `new_env.py [FILE]` (`-`: standard output).

Needs nothing but Python. It refuses to replace a file: the secrets of a running house are in it.
"""

import base64
import secrets
import sys
from pathlib import Path

USAGE = "usage: new_env.py [FILE | -]"


def new_environment() -> dict[str, str]:
    """Return every variable that docker-compose.yaml insists on, and those that one usually changes."""
    passwords = {
        role: secrets.token_urlsafe(24) for role in ("owner", "etl", "web", "backoffice", "backup", "monitor")
    }
    addresses = {
        role: f"postgresql://envinorma_{role}:{password}@postgres:5432/envinorma"
        for role, password in passwords.items()
    }
    airflow = f"airflow:{secrets.token_urlsafe(24)}@postgres:5432/airflow"
    return {
        "COMPOSE_PROFILES": "store",
        "SITE_URL": "http://127.0.0.1:8000",
        "AIRFLOW_URL": "http://127.0.0.1:8080",
        "WEB_PORT": "8000",
        "AIRFLOW_PORT": "8080",
        "SLACK_WEBHOOK_URL": "",
        "METRICS_TOKEN": secrets.token_urlsafe(32),
        "GRAFANA_PASSWORD": secrets.token_urlsafe(24),
        "POSTGRES_PASSWORD": secrets.token_urlsafe(24),
        "DATABASE_URL": addresses["owner"],
        "ETL_DATABASE_URL": addresses["etl"],
        "WEB_DATABASE_URL": addresses["web"],
        "BACKOFFICE_DATABASE_URL": addresses["backoffice"],
        "BACKUP_DATABASE_URL": addresses["backup"],
        "MONITOR_DATABASE_URL": addresses["monitor"],
        "SECRET_KEY": secrets.token_urlsafe(48),
        "S3_ENDPOINT_URL": "http://store:3900",
        "S3_REGION": "garage",
        "S3_ACCESS_KEY_ID": f"GK{secrets.token_hex(16)}",
        "S3_SECRET_ACCESS_KEY": secrets.token_hex(32),
        "GARAGE_RPC_SECRET": secrets.token_hex(32),
        "AIRFLOW_API_PASSWORD": secrets.token_urlsafe(24),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://{airflow}",
        "AIRFLOW__CORE__FERNET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "AIRFLOW__API__SECRET_KEY": secrets.token_urlsafe(48),
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_urlsafe(72),
    }


def main(arguments: list[str]) -> int:
    """Write the file for its owner's eyes only and return the exit code."""
    if len(arguments) > 1:
        sys.stderr.write(f"{USAGE}\n")
        return 2
    text = "".join(f"{name}={value}\n" for name, value in new_environment().items())
    target = arguments[0] if arguments else ".env"
    if target == "-":
        sys.stdout.write(text)
        return 0
    path = Path(target)
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        sys.stderr.write(f"{path} is there already; its secrets belong to a house that may be running.\n")
        return 1
    path.write_text(text, encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
