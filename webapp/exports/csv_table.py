"""The picks of a sheet as a table for spreadsheets: UTF-8 with BOM, `;`, one row for each pick."""

import csv
import io

from regulation.prescriptions import Pick
from webapp.exports.gun import SOURCES, paragraphs_of
from webapp.exports.sheet import LICENCE, SOURCE, Grouping, Sheet, SheetRow, blocks, french_day
from webapp.exports.text import one_line

MIMETYPE = "text/csv"
COLUMNS = (
    "Installation",
    "Identifiant S3IC",
    "Source",
    "Arrêté",
    "Date de l'arrêté",
    "Adresse de l'arrêté",
    "Référence",
    "Nom",
    "Thème",
    "Prescription",
    "Origine des données",
    "Date des données",
    "Licence",
)


def build_csv(sheet: Sheet, grouping: Grouping) -> bytes:
    """Return the picks, in the order of the inspection sheet; no cell begins as a formula does."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for block in blocks(sheet, grouping):
        for row in block.rows:
            writer.writerows(_cells(sheet, row, pick) for pick in row.picks)
    return text.getvalue().encode("utf-8-sig")


def _cells(sheet: Sheet, row: SheetRow, pick: Pick) -> list[str]:
    return [
        one_line(sheet.installation),
        one_line(sheet.s3ic_id),
        SOURCES[row.source],
        one_line(row.order.title),
        french_day(row.order.dated_on) if row.order.dated_on else "",
        one_line(row.order.url),
        one_line(row.reference),
        one_line(row.name),
        pick.topic.label,
        "\n".join(paragraphs_of(pick)),
        SOURCE,
        french_day(sheet.data_dated_on) if sheet.data_dated_on else "",
        LICENCE,
    ]
