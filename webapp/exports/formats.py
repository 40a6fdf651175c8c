"""The formats that a collection may be taken away in."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app

from webapp.configuration import current_settings
from webapp.exports import csv_table, docx_sheet, gun_ods, odt
from webapp.exports.gun_themes import DEFAULT_FILE, Themes, read_themes
from webapp.exports.sheet import Grouping, Sheet

EXTENSION = "gun_themes"


@dataclass(frozen=True, slots=True)
class Format:
    """How a file of a format is made, and what the beginning of its name is."""

    title: str
    mimetype: str
    build: Callable[[Sheet, Grouping], bytes]


def _build_gun(sheet: Sheet, grouping: Grouping) -> bytes:
    themes: Themes = current_app.extensions[EXTENSION]
    return gun_ods.build_gun(sheet, grouping, themes)


FORMATS = {
    "odt": Format("fiche-inspection", odt.MIMETYPE, odt.build_odt),
    "docx": Format("fiche-inspection", docx_sheet.MIMETYPE, docx_sheet.build_docx),
    "ods": Format("points-de-controle-gun", gun_ods.MIMETYPE, _build_gun),
    "csv": Format("prescriptions", csv_table.MIMETYPE, csv_table.build_csv),
}


def init_app(app: Flask) -> None:
    """See that templates and themes can be used before anybody needs them.

    Raises:
        SettingsError: one cannot; the sentence says which, and what to do.
    """
    odt.check_odt()
    docx_sheet.check_docx()
    gun_ods.check_gun()
    with app.app_context():
        path = current_settings().gun_themes_file or DEFAULT_FILE
    app.extensions[EXTENSION] = read_themes(path)
