"""The values of the demo that nobody may see: what its extraction holds under a rubrique beginning with 47.

They are read from the extraction itself, so there is one source; each occurs nowhere else in the repository.
"""

from functools import cache
from pathlib import Path

DEMO_CLASSEMENTS = Path(__file__).parent.parent / "demo" / "s3ic" / "sic-liste-rubriques.csv"
HIDDEN_COLUMNS = (
    "libellé_court_envigueur",
    "date_acte_rub_en_vigueur",
    "date_début_exploitation_rub",
    "date_dernière_modification_notable_rub",
    "quantité",
    "unité",
)


@cache
def hidden_values(path: Path = DEMO_CLASSEMENTS) -> tuple[str, ...]:
    """Return the labels, dates, volumes and units to look for; dates also as they are written in French.

    Lines that step 1 rejects are included: one has an impossible date, one a field too many.
    """
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    columns = header.split(";")
    values: set[str] = set()
    for line in lines:
        fields = line.split(";")
        if len(fields) > len(columns) and any(field.startswith("47") for field in fields[1:]):
            values.update(field for field in fields[1:] if len(field) > 5 and field != "En fonctionnement")
        elif len(fields) == len(columns):
            row = dict(zip(columns, fields, strict=True))
            if row["rubrique_envigueur"].startswith("47") or row["rubrique_autorisé"].startswith("47"):
                values.update(row[name] for name in HIDDEN_COLUMNS if row[name])
    return tuple(sorted(values | {_in_french(value) for value in values if _is_dated(value)}))


def _is_dated(value: str) -> bool:
    return len(value) == 10 and value[4] == value[7] == "-"


def _in_french(value: str) -> str:
    year, month, day = value.split("-")
    return f"{day}/{month}/{year}"
