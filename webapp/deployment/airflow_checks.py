"""Checks of Airflow's sign-in, from the variables that configure it (docs/decisions/0007)."""

import json
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from webapp.configuration import THIS_MACHINE
from webapp.deployment.site_checks import TRUE
from webapp.deployment.surroundings import CannotTellError, Surroundings, host_of

MANAGER = "AIRFLOW__CORE__AUTH_MANAGER"
ALL_ADMINS = "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS"
PASSWORDS = "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"
METADATA = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
SHORTEST_PASSWORD = 12
KNOWN_PASSWORDS = {"", "admin", "airflow", "changeme", "envinorma", "password", "postgres"}


def airflow_sign_in(place: Surroundings) -> Iterator[str]:
    """The simple manager is for this machine: its passwords lie in clear, and nothing slows a guesser."""
    require_airflow(place)
    address = place.settings.airflow_url
    manager = place.variables.get(MANAGER, "SimpleAuthManager")
    if "SimpleAuthManager" not in manager:
        return
    if host_of(address) not in THIS_MACHINE:
        yield (
            f"AIRFLOW_URL is {address}, a public address, with Airflow's simple sign-in. Reach it by "
            f"SSH at 127.0.0.1, or set {MANAGER} to another manager (docs/decisions/0007)."
        )
    if place.variables.get(ALL_ADMINS, "").lower() in TRUE:
        yield f"{ALL_ADMINS} is on: whoever reaches Airflow's port is its administrator. Unset it."


def airflow_passwords(place: Surroundings) -> Iterator[str]:
    """Passwords that come with examples are the first that are tried."""
    require_airflow(place)
    for user, password in read_passwords(place).items():
        if len(password) < SHORTEST_PASSWORD or password.lower() in KNOWN_PASSWORDS | {user.lower()}:
            yield (
                f"The password of Airflow's user {user} is a default or shorter than {SHORTEST_PASSWORD} "
                f"characters. Delete it from {place.variables[PASSWORDS]}: the next start makes a random one."
            )
    if has_known_password(metadata_address(place)):
        yield f"{METADATA} holds a default password. Change it there and in Postgres."


def require_airflow(place: Surroundings) -> None:
    """Stop a check where nothing of Airflow is known.

    Raises:
        CannotTellError: the process has none of Airflow's variables.
    """
    if not any(name.startswith("AIRFLOW__") for name in place.variables):
        raise CannotTellError(
            "this process has none of Airflow's variables; run the check where they are set (in containers: "
            "`docker compose run --rm check`)"
        )


def read_passwords(place: Surroundings) -> dict[str, str]:
    """Return the simple manager's passwords by user; none where another manager is at work.

    Raises:
        CannotTellError: the file cannot be read.
    """
    if "SimpleAuthManager" not in place.variables.get(MANAGER, "SimpleAuthManager"):
        return {}
    if PASSWORDS not in place.variables:
        raise CannotTellError(f"{PASSWORDS} is not set, so the file of Airflow's passwords is not known")
    path = Path(place.variables[PASSWORDS])
    try:
        found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CannotTellError(f"{path} cannot be read ({error}), which holds Airflow's passwords") from None
    return found


def metadata_address(place: Surroundings) -> str:
    """Return the address of Airflow's own database: a variable, or the file that `…_CMD` reads.

    Raises:
        CannotTellError: it is given in another way, or not at all.
    """
    kind, _, path = place.variables.get(f"{METADATA}_CMD", "").partition(" ")
    if METADATA in place.variables:
        return place.variables[METADATA]
    if kind != "cat" or not Path(path).is_file():
        raise CannotTellError(f"{METADATA} is not set, so the password of Airflow's database is not known")
    return Path(path).read_text(encoding="utf-8").strip()


def has_known_password(address: str) -> bool:
    """Tell whether the address of a database holds a password that everyone tries."""
    try:
        url = make_url(address)
    except ArgumentError:
        return False
    return url.host is not None and str(url.password or "").lower() in KNOWN_PASSWORDS | {url.username or ""}
