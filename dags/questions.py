"""The question put to a person before much disappears: pure text, from the values of a comparison."""

import hashlib
from collections.abc import Mapping
from typing import Any

NAMES = {
    "installations": "installations",
    "classements": "lignes de classement",
    "orders": "arrêtés ministériels",
    "alineas": "alinéas",
    "aps": "arrêtés préfectoraux",
    "texts": "textes d'arrêtés préfectoraux",
}


def subject_of(comparison: Mapping[str, Any]) -> str:
    """Return the headline: how much would disappear from each table."""
    shares = [
        f"{_share(table)} des {name}" for name, table in _tables(comparison).items() if _disappearing(table)
    ]
    return f"Accord demandé : {' et '.join(shares)} disparaîtraient du site"


def body_of(comparison: Mapping[str, Any]) -> str:
    """Return the details in Markdown: counts, the first to disappear, the files and their checksums."""
    lines = [
        f"Comparaison des fichiers « {comparison['dataset']} » avec les données en service :",
        "",
        "| | en service | disparaîtraient | part | ajoutées | modifiées |",
        "|---|--:|--:|--:|--:|--:|",
        *(_row(name, table) for name, table in _tables(comparison).items()),
        "",
        *_examples(comparison),
        "Fichiers comparés :",
        "",
        *(f"- `{key}` : `{checksum}`" for key, checksum in sorted(comparison["files"].items())),
        "",
        f"L'accord ne vaut que pour ces fichiers (empreinte {fingerprint(comparison['files'])}).",
        "S'ils changent, la question est posée à nouveau.",
        "En attendant, le site garde l'état actuel et rien n'est bloqué.",
    ]
    return "\n".join(lines)


def fingerprint(files: Mapping[str, str]) -> str:
    """Return eight hexadecimal digits that stand for a set of files and their checksums."""
    listing = "\n".join(f"{key} {checksum}" for key, checksum in sorted(files.items()))
    return hashlib.sha256(listing.encode()).hexdigest()[:8]


def _tables(comparison: Mapping[str, Any]) -> dict[str, Mapping[str, int]]:
    """Return the counts of each table, by the name that people read."""
    return {
        NAMES.get(key, key): value
        for key, value in comparison.items()
        if isinstance(value, Mapping) and "before" in value
    }


def _examples(comparison: Mapping[str, Any]) -> list[str]:
    gone = comparison["disappearing"]
    if not gone:
        return []
    listed = [f"- {_as_code(' — '.join(str(value) for value in entry.values()))}" for entry in gone]
    return [f"Disparaîtraient notamment ({len(gone)} premières) :", "", *listed, ""]


def _as_code(text: str) -> str:
    """Write a text of the source as code: names of sites cannot become titles, links or tables."""
    line = " ".join(text.split()).replace("`", "'")
    return f"`{line}`"


def _row(name: str, table: Mapping[str, int]) -> str:
    added = table["created"] + table.get("returned", 0)
    counts = (table["before"], _disappearing(table), _share(table), added, table["updated"])
    return f"| {name} | {' | '.join(str(count) for count in counts)} |"


def _disappearing(table: Mapping[str, int]) -> int:
    return table["withdrawn"] + table["deleted"]


def _share(table: Mapping[str, int]) -> str:
    share = 100 * _disappearing(table) / table["before"] if table["before"] else 0.0
    return f"{share:.1f} %".replace(".", ",")
