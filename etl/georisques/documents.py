"""The documents to publish, from the lines of `IC_documents.csv` (docs/data.md, Prefectoral orders)."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, cast

import pyarrow as pa

from etl.contracts import DOCUMENT_COLUMNS, DOCUMENT_SUFFIX, DOCUMENT_URL, S3IC_ID, holds_dates
from etl.distinct import ENCODED_TEXT, Column, column_of, emptied, is_among, texts_of
from etl.georisques.descriptions import mended
from etl.georisques.document_types import AP_TYPE
from etl.georisques.rows import Row
from etl.s3ic.dates import plausible_dates
from etl.s3ic.rejection import Reject

COLUMNS = ("id_document", "code_s3ic", "type_id_document", "nom", "url_document", "date_document")
FORMS = {
    "id_document": re.compile(r"[0-9]{1,18}"),
    "code_s3ic": re.compile(S3IC_ID),
    "url_document": re.compile(DOCUMENT_URL),
}
UNKNOWN_TYPE = "type not known"
NOT_PUBLISHED = "site not published"
REPEATED = "another line of the same document"
OF_ANOTHER_SITE = "document of another site too"


class Document(NamedTuple):
    """A line of `IC_documents.csv`, its fields as they stand there."""

    id_document: str
    code_s3ic: str
    type_id_document: str
    nom: str
    url_document: str
    date_document: str


@dataclass(frozen=True, slots=True)
class Published:
    """The documents of published installations.

    Attributes:
        table: in the columns and the order of the dataset.
        filtered: lines left out, by reason.
        unknown_types: lines of each type id that has no name.
        dates_emptied: documents whose date cannot be true, or is none.
        descriptions_mended: documents whose description was broken.
    """

    table: pa.Table
    filtered: Mapping[str, int]
    unknown_types: Mapping[str, int]
    dates_emptied: int
    descriptions_mended: int


def sorted_out(rows: Iterable[Row], file: str) -> tuple[list[Document], list[Reject]]:
    """Return the lines whose ids can be used, and the others as rejects with the first reason that holds."""
    documents, rejects = [], []
    for row in rows:
        document = Document(*row.fields)
        wrong = [name for name, form in FORMS.items() if not form.fullmatch(getattr(document, name))]
        if wrong:
            rejects.append(row.rejected(file, f"malformed {wrong[0]}"))
        else:
            documents.append(document)
    return documents, rejects


def published_documents(
    documents: Iterable[Document], types: Mapping[str, str], sites: Collection[str], today: date
) -> Published:
    """Return the documents of published installations, each once.

    Args:
        documents: the lines of the dump.
        types: the name of each type by its id; a document of any other is left out.
        sites: the s3ic_ids of published installations.
        today: the day that dates are compared with.
    """
    filtered: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    newest: dict[str, Document] = {}
    # The newest record last: it takes the place of those before.
    for document in sorted(documents, key=lambda line: int(line.id_document)):
        if document.type_id_document not in types:
            unknown[document.type_id_document] += 1
        elif document.code_s3ic not in sites:
            filtered[NOT_PUBLISHED] += 1
        else:
            before = newest.get(document.url_document)
            if before is not None:
                filtered[REPEATED if before.code_s3ic == document.code_s3ic else OF_ANOTHER_SITE] += 1
            newest[document.url_document] = document
    if unknown:
        filtered[UNKNOWN_TYPE] = unknown.total()
    kept = list(newest.values())
    # Few descriptions differ: most are called “Nouveau document”, or after an article of law.
    texts = {text: mended(text) for text in {document.nom for document in kept}}
    descriptions = [texts[document.nom] for document in kept]
    dates, emptied_dates = _plausible([document.date_document for document in kept], today)
    table = _table(kept, types, descriptions, dates)
    return Published(
        table.take(_order_of(table)),
        dict(filtered),
        dict(unknown),
        emptied_dates,
        sum(text != document.nom for text, document in zip(descriptions, kept, strict=True)),
    )


def orders_of(documents: pa.Table) -> pa.Table:
    """Return the prefectoral orders of a table of documents: s3ic_id, description, date, georisques_id."""
    orders = documents.filter(pa.array(is_among(column_of(documents, "type"), {AP_TYPE}, of_empty=False)))
    ids = [url.removesuffix(DOCUMENT_SUFFIX) for url in values_of(orders, "url")]
    return pa.table(
        {
            "installation_s3ic_id": column_of(orders, "s3ic_id"),
            "description": column_of(orders, "description"),
            "date": column_of(orders, "date"),
            "georisques_id": encoded(ids),
        }
    )


def encoded(texts: Iterable[str]) -> Column:
    """Return texts as a column of a dataset: empty is null."""
    column = pa.array([text or None for text in texts], pa.string()).dictionary_encode().cast(ENCODED_TEXT)
    return cast("Column", column)


def values_of(table: pa.Table, name: str) -> list[str]:
    """Return the texts of a column, one for each row; empty ones are ``."""
    return [text or "" for text in texts_of(column_of(table, name)).to_pylist()]


def _plausible(texts: Iterable[str], today: date) -> tuple[Column, int]:
    """Return the dates without those that are no day of the calendar or cannot be true, and how many went."""
    column = encoded(texts)
    days = emptied(column, ~holds_dates(column))
    # Only values of days are left in the dictionary, as the next step needs it.
    kept, _ = plausible_dates(encoded(text or "" for text in texts_of(days).to_pylist()), today)
    return kept, kept.null_count - column.null_count


def _table(
    documents: Iterable[Document], types: Mapping[str, str], descriptions: Iterable[str], dates: Column
) -> pa.Table:
    lines = list(documents)
    columns = {
        "s3ic_id": encoded(line.code_s3ic for line in lines),
        "type": encoded(types[line.type_id_document] for line in lines),
        "description": encoded(descriptions),
        "date": dates,
        "url": encoded(line.url_document for line in lines),
    }
    return pa.table({name: columns[name] for name in DOCUMENT_COLUMNS})


def _order_of(table: pa.Table) -> "pa.Int64Array":
    """Return the rows by site, the newest document first, those without a date last, then by address."""
    sites, days, urls = (values_of(table, name) for name in ("s3ic_id", "date", "url"))
    places = sorted(range(table.num_rows), key=urls.__getitem__)
    places.sort(key=days.__getitem__, reverse=True)
    places.sort(key=sites.__getitem__)
    return pa.array(places, pa.int64())
