"""The sheet for the GUN tool as an OpenDocument spreadsheet, with its drop-down lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from odfdo import PREV_SIBLING, Document, Element

from etl.errors import SettingsError
from webapp.exports import filling, odf_text
from webapp.exports.gun import SOURCES, Point, points
from webapp.exports.gun_themes import Themes
from webapp.exports.odt import describe, open_template, saved
from webapp.exports.odt_model import put_paragraphs
from webapp.exports.placeholders import check, named_in
from webapp.exports.sheet import Grouping, Sheet, french_day

TEMPLATE = filling.TEMPLATES / "gun.ods"
MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
COLUMNS = ("nom", "source", "date_source", "article", "theme", "sous_theme", "prescription", "notes")
POINTS, SOURCE_LIST, THEME_LIST = "PDC", "source", "theme"


def build_gun(sheet: Sheet, grouping: Grouping, themes: Themes, template: Path = TEMPLATE) -> bytes:
    """Return the points of control, with drop-down lists for their sources and themes.

    Raises:
        SettingsError: the template cannot be filled; the sentence says what it lacks.
    """
    document = open_template(template)
    model = _model(document, template.name)
    for point in points(sheet, grouping, themes):
        model.row.insert(_row(model.row.clone, point), xmlposition=PREV_SIBLING)
    model.row.delete()
    names = themes.in_year(sheet.made_on.year)
    for name in names:
        row = model.theme_row.clone
        odf_text.fill_all(row, {"themes": name})
        model.theme_row.insert(row, xmlposition=PREV_SIBLING)
    model.theme_row.delete()
    _feed(model.source_validation, SOURCE_LIST, len(model.sources))
    _feed(model.theme_validation, THEME_LIST, len(names))
    describe(document, sheet, "Points de contrôle GUN")
    return saved(document)


def check_gun(template: Path = TEMPLATE) -> None:
    """See that the template can be filled.

    Raises:
        SettingsError: it cannot; the sentence says what it lacks.
    """
    _model(open_template(template), template.name)


@dataclass(frozen=True, slots=True)
class _Model:
    """The rows of the template that are repeated, and what its drop-down lists take their values from."""

    row: Element
    theme_row: Element
    sources: list[str]
    source_validation: Element
    theme_validation: Element


def _model(document: Document, template: str) -> _Model:
    tables = {name: _table(document, name, template) for name in (POINTS, SOURCE_LIST, THEME_LIST)}
    check(template, odf_text.placeholders_of(tables[POINTS]), COLUMNS)
    check(template, odf_text.placeholders_of(tables[THEME_LIST]), ("themes",))
    sources = [text for text in map(odf_text.text_of, odf_text.paragraphs_of(tables[SOURCE_LIST])) if text]
    unknown = [name for name in SOURCES.values() if name not in sources]
    if unknown:
        raise SettingsError(
            f"The sheet {SOURCE_LIST} of the template {template} has lost « {unknown[0]} »: write it back."
        )
    return _Model(
        row=_row_of(tables[POINTS], "prescription", template),
        theme_row=_row_of(tables[THEME_LIST], "themes", template),
        sources=sources,
        source_validation=_validation(document, tables[POINTS], "source", template),
        theme_validation=_validation(document, tables[POINTS], "theme", template),
    )


def _table(document: Document, name: str, template: str) -> Element:
    found = next(
        (table for table in document.body.get_elements("table:table") if _is_named(table, name)), None
    )
    if found is None:
        raise SettingsError(
            f"The template {template} has no sheet « {name} » any more: give it its name back."
        )
    return found


def _is_named(table: Element, name: str) -> bool:
    return table.get_attribute_string("table:name") == name


def _row_of(table: Element, name: str, template: str) -> Element:
    holder = odf_text.holder_of(table, name)
    row = odf_text.around(holder, "table:table-row") if holder else None
    return filling.needed(row, template)


def _validation(document: Document, table: Element, name: str, template: str) -> Element:
    """Return the definition of the drop-down list of the cell that holds a place-holder."""
    holder = odf_text.holder_of(table, name)
    cell = odf_text.around(holder, "table:table-cell") if holder else None
    wanted = cell.get_attribute_string("table:content-validation-name") if cell else None
    definitions = document.body.get_elements("//table:content-validation")
    found = [each for each in definitions if each.get_attribute_string("table:name") == wanted]
    if not found:
        raise SettingsError(
            f"In the template {template}, the cell that holds {{{{{name}}}}} has lost its drop-down list: "
            "give it one again (Data > Validity > Cell range); its values are filled in."
        )
    return found[0]


def _feed(validation: Element, sheet: str, count: int) -> None:
    """Let a drop-down list offer the first cells of the first column of a sheet."""
    cells = f"[${sheet}.$A$1:.$A${count}]"
    validation.set_attribute("table:condition", f"of:cell-content-is-in-list({cells})")


def _row(row: Element, point: Point) -> Element:
    texts = {
        "nom": [point.name],
        "source": [point.source],
        "article": [point.article],
        "theme": [point.theme],
        "prescription": point.paragraphs,
    }
    for cell in row.get_elements("table:table-cell"):
        for name in named_in(odf_text.text_of(cell)) & set(COLUMNS):
            if name == "date_source" and point.dated_on:
                _write(cell, name, [french_day(point.dated_on)], "date")
                cell.set_attribute("office:date-value", point.dated_on.isoformat())
            else:
                _write(cell, name, texts.get(name, []), "string")
    return row


def _write(cell: Element, name: str, texts: Iterable[str], kind: str) -> None:
    """Write paragraphs into a cell, in the place of a place-holder; without any, the cell is empty."""
    marker = odf_text.holder_of(cell, name)
    if marker is None:
        return
    written = [text for text in texts if text]
    if written:
        put_paragraphs(marker, name, tuple(written))
    else:
        marker.delete()
    for attribute in ("office:value-type", "calcext:value-type"):
        if written:
            cell.set_attribute(attribute, kind)
        else:
            cell.del_attribute(attribute)
