"""The short orders of the demo: one page each, made from three models, as prefectures make them."""

import csv
from datetime import date
from pathlib import Path

from demo.aps.print_arretes import Arrete, Copy, print_copy
from demo.aps.scanner import Wear
from demo.aps.typesetting import OFFICE

FOLDER = Path(__file__).resolve().parent
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
BORN_DIGITAL = Copy(OFFICE, Wear(), None)


def load_short_arretes() -> list[Arrete]:
    """Return the short orders, in the order of their table."""
    with (FOLDER / "actes-courts.csv").open(encoding="utf-8", newline="") as stream:
        return [_made(row) for row in csv.DictReader(stream, delimiter=";")]


def print_short_arrete(arrete: Arrete) -> bytes:
    """Return a short order as a PDF, born digital."""
    return print_copy(arrete, BORN_DIGITAL)


def _made(row: dict[str, str]) -> Arrete:
    model = (FOLDER / "modeles" / f"{row['modele']}.txt").read_text(encoding="utf-8")
    source = model.format(**row, jour=_in_words(date.fromisoformat(row["date"])))
    return Arrete(row["nom"], row["site"], row["date"], row["titre"], source)


def _in_words(day: date) -> str:
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"
