"""The types of documents (`IC_types_document.csv`)."""

from pathlib import Path

from etl.errors import RefusedError
from etl.georisques.rows import read_rows
from etl.s3ic.rejection import Reject

TYPE_COLUMNS = ("id", "type")
AP_TYPE = "Arrêté préfectoral"


def read_types(path: Path) -> tuple[dict[str, str], list[Reject]]:
    """Return the name of each type by its id, and the rows that cannot be used.

    Raises:
        RefusedError: none is that of prefectoral orders, or an id has two names.
    """
    rows, rejects = read_rows(path, TYPE_COLUMNS)
    types: dict[str, str] = {}
    for row in rows:
        known, name = (field.strip() for field in row.fields)
        if types.setdefault(known, name) != name:
            raise RefusedError(f"{path.name}, line {row.line}: the id {known} has two names.")
    if AP_TYPE not in types.values():
        raise RefusedError(
            f"{path.name} in the dump names no type “{AP_TYPE}”, so none of its documents would be one. "
            "Look at what the source publishes."
        )
    return types, rejects
