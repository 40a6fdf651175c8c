"""The inspection sheet as an OpenDocument text."""

import io
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path

from odfdo import PREV_SIBLING, Document, Element

from webapp.exports import filling, odf_text
from webapp.exports.odt_model import OdtModel, take_model
from webapp.exports.sheet import (
    LICENCE,
    LICENCE_URL,
    SOURCE,
    Block,
    Grouping,
    Sheet,
    blocks,
    french_day,
)

TEMPLATE = filling.TEMPLATES / "inspection.odt"
MIMETYPE = "application/vnd.oasis.opendocument.text"
THUMBNAIL = "Thumbnails/thumbnail.png"


def build_odt(sheet: Sheet, grouping: Grouping, template: Path = TEMPLATE) -> bytes:
    """Return the inspection sheet: three columns, one row for each order and reference.

    Raises:
        SettingsError: the template cannot be filled; the sentence says what it lacks.
    """
    document = open_template(template)
    model = take_model(document, template)
    for place in (document.body, document.styles.root):
        odf_text.fill_all(place, filling.document_values(sheet))
    for number, block in enumerate(blocks(sheet, grouping), 1):
        for element in _block(model, block, f"Fiche{number}"):
            model.table.insert(element, xmlposition=PREV_SIBLING)
    model.heading.delete()
    model.table.delete()
    describe(document, sheet, "Fiche d’inspection")
    return saved(document)


def check_odt(template: Path = TEMPLATE) -> None:
    """See that the template can be filled.

    Raises:
        SettingsError: it cannot; the sentence says what it lacks.
    """
    take_model(open_template(template), template)


def open_template(template: Path) -> Document:
    """Return a fresh copy of a template."""
    return Document(io.BytesIO(template.read_bytes()))


def describe(document: Document, sheet: Sheet, title: str) -> None:
    """Write into the document's properties what it is, and where its data comes from."""
    meta = document.meta
    meta.title = f"{title} – {filling.document_values(sheet)['installation']}"
    meta.subject = sheet.s3ic_id
    meta.description = sheet.origin
    meta.creation_date = datetime.combine(sheet.made_on, time())
    meta.set_user_defined_metadata("Source", SOURCE)
    meta.set_user_defined_metadata("Licence", f"{LICENCE} – {LICENCE_URL}")
    if sheet.data_dated_on:
        meta.set_user_defined_metadata("Date des données", french_day(sheet.data_dated_on))


def saved(document: Document) -> bytes:
    """Return the bytes of a document; the picture of the template's first page goes."""
    if THUMBNAIL in document.parts:
        document.del_part(THUMBNAIL)
        document.manifest.del_full_path(THUMBNAIL)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _block(model: OdtModel, block: Block, name: str) -> Iterator[Element]:
    """Give the heading of a block, where it has one, and its table."""
    if block.topic:
        heading = model.heading.clone
        odf_text.fill(heading, filling.block_values(block))
        yield heading
    table = model.table.clone
    table.set_attribute("table:name", name)
    text = odf_text.holder_of(table, "texte")
    marker = odf_text.around(text, "table:table-row") if text else None
    if marker is not None:
        for number, row in enumerate(block.rows, 1):
            marker.insert(model.filled_row(row, f"{name}-{number}"), xmlposition=PREV_SIBLING)
        marker.delete()
    yield table
