"""Where the programs of the Postgres server are; standard library only: the bare set-up asks it too."""

import shutil
from pathlib import Path

from etl.errors import SettingsError

OLDEST_MAJOR = 15


def find_binaries() -> Path:
    """Return the folder of the newest installed Postgres server (15 or later).

    Raises:
        SettingsError: none is installed; the sentence says how to install one.
    """
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    majors = {int(folder.parent.name): folder for folder in found if folder.parent.name.isdigit()}
    if majors and max(majors) >= OLDEST_MAJOR:
        return majors[max(majors)]
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise SettingsError(
        f"No Postgres server (version {OLDEST_MAJOR} or later) was found. "
        "Run `make setup` as root or with sudo, or install the package postgresql."
    )


def find_client(program: str) -> Path:
    """Return the newest installed `pg_dump` or `pg_restore`; the clients of Postgres alone are enough.

    Raises:
        SettingsError: there is none; the sentence says how to install one.
    """
    found = {
        int(path.parent.parent.name): path
        for path in Path("/usr/lib/postgresql").glob(f"*/bin/{program}")
        if path.parent.parent.name.isdigit()
    }
    if found:
        return found[max(found)]
    on_path = shutil.which(program)
    if on_path:
        return Path(on_path).resolve()
    raise SettingsError(f"{program} was not found: install the package postgresql-client.")
