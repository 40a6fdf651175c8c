"""Write the passwords of Airflow's simple sign-in: that of `admin`, and that of `site` where there is one.

    airflow_passwords.py FILE        # the one that AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE names

The password of `admin` is drawn once and kept; that of `site` is AIRFLOW_API_PASSWORD, whatever it was.
"""

import json
import secrets
import sys
from pathlib import Path

from etl.settings import load_settings


def passwords_with_site(known: dict[str, str], of_site: str) -> dict[str, str]:
    """Return the passwords by user: those known, one for `admin`, and that of the site where it is given."""
    made = {"admin": secrets.token_urlsafe(24), **known}
    if of_site:
        made["site"] = of_site
    return made


def write_passwords(path: Path) -> None:
    """Write the file for its owner's eyes only, whole or not at all."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    given = load_settings().airflow_api_password
    made = passwords_with_site(json.loads(text or "{}"), given.get_secret_value() if given else "")
    aside = path.with_name(f"{path.name}.new")
    aside.unlink(missing_ok=True)
    aside.touch(mode=0o600)
    aside.write_text(json.dumps(made), encoding="utf-8")
    aside.replace(path)


if __name__ == "__main__":
    write_passwords(Path(sys.argv[1]))
