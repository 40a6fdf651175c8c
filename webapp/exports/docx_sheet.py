"""The inspection sheet as a Word document."""

import io
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, time
from pathlib import Path

import docx
from docx.document import Document
from docx.oxml.xmlchemy import BaseOxmlElement

from webapp.exports import docx_text, filling
from webapp.exports.docx_model import DocxModel, take_model
from webapp.exports.sheet import LICENCE_URL, Block, Grouping, Sheet, blocks

TEMPLATE = filling.TEMPLATES / "inspection.docx"
MIMETYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def build_docx(sheet: Sheet, grouping: Grouping, template: Path = TEMPLATE) -> bytes:
    """Return the inspection sheet: three columns, one row for each order and reference.

    Raises:
        SettingsError: the template cannot be filled; the sentence says what it lacks.
    """
    document = _open(template)
    model = take_model(document, template)
    for root in docx_text.roots_of(document):
        docx_text.fill_all(root, filling.document_values(sheet))
    for block in blocks(sheet, grouping):
        for element in _block(model, block):
            model.table.addprevious(element)
    for part in (model.heading, model.table):
        part.getparent().remove(part)
    _describe(document, sheet)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def check_docx(template: Path = TEMPLATE) -> None:
    """See that the template can be filled.

    Raises:
        SettingsError: it cannot; the sentence says what it lacks.
    """
    take_model(_open(template), template)


def _open(template: Path) -> Document:
    return docx.Document(io.BytesIO(template.read_bytes()))


def _block(model: DocxModel, block: Block) -> Iterator[BaseOxmlElement]:
    """Give the heading of a block, where it has one, and its table."""
    if block.topic:
        heading = deepcopy(model.heading)
        docx_text.fill(heading, filling.block_values(block))
        yield heading
    table = deepcopy(model.table)
    text = docx_text.holder_of(table, "texte")
    marker = docx_text.around(text, docx_text.ROW) if text is not None else None
    if marker is not None:
        for row in block.rows:
            marker.addprevious(model.filled_row(row))
        marker.getparent().remove(marker)
    yield table


def _describe(document: Document, sheet: Sheet) -> None:
    """Write into the document's properties what it is, and where its data comes from."""
    properties = document.core_properties
    properties.title = f"Fiche d’inspection – {filling.document_values(sheet)['installation']}"[:255]
    properties.subject = sheet.s3ic_id
    properties.comments = f"{sheet.origin} {LICENCE_URL}"[:255]
    properties.created = properties.modified = datetime.combine(sheet.made_on, time(), UTC)
