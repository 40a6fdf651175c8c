"""Lays the demo's orders out as Géorisques serves them: `python -m demo.georisques.publish_documents DIR`.

Each order becomes `DIR/<georisques_id>.pdf`. Of those that `IC_documents.csv` lists, one is damaged and one
is not there at all, so that the site shows what it says of such orders.
"""

import hashlib
import sys
from pathlib import Path

from demo.aps.print_arretes import Arrete, load_arretes, print_arrete
from demo.aps.short_arretes import load_short_arretes, print_short_arrete

DAMAGED = Arrete(
    "amidonnerie-du-frison-2007", "0099.01359", "2007-06-05", "Arrêté préfectoral d'autorisation", ""
)
MISSING = Arrete(
    "papeterie-sainte-odile-1994",
    "0099.00397",
    "1994-02-15",
    "Arrêté préfectoral complémentaire - rejets",
    "",
)


def listed_arretes() -> list[Arrete]:
    """Return every order that the demo's source lists."""
    return [*load_arretes(), *load_short_arretes(), DAMAGED, MISSING]


def publish_documents(folder: Path) -> int:
    """Write the documents that are there into a folder; return how many."""
    documents = {arrete.georisques_id: print_arrete(arrete) for arrete in load_arretes()}
    documents |= {arrete.georisques_id: print_short_arrete(arrete) for arrete in load_short_arretes()}
    documents[DAMAGED.georisques_id] = damaged_file()
    for georisques_id, content in documents.items():
        target = folder / f"{georisques_id}.pdf"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return len(documents)


def damaged_file() -> bytes:
    """Return what begins as a PDF and goes on as nothing, the same every time."""
    noise = b"".join(hashlib.sha256(bytes([number])).digest() for number in range(250))
    return b"%PDF-1.4\n" + noise


if __name__ == "__main__":
    publish_documents(Path(sys.argv[1]))
