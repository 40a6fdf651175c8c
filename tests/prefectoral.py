"""Prefectoral orders for tests of the site: rows as the sync writes them, documents as the reader does."""

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.settings import Settings

ORDER = {
    "description": "Arrêté préfectoral d’autorisation",
    "title": None,
    "dated_on": date(2019, 3, 12),
    "ocr_status": "SUCCESS",
    "failure": None,
    "reason": None,
    "size_bytes": 1_234_567,
    "page_count": 2,
    "confidence": 93.5,
    "withdrawn_at": None,
}
PAGE = {"decision": "read", "confidence": 93.5, "text": ""}
POINTS_PER_INCH = 72
A4 = (595, 842)


def georisques_id(number: int) -> str:
    """Return an identifier of the form that Géorisques gives."""
    digits = f"{number:032x}"
    return f"X/{digits[-1]}/{digits}"


def add_order(
    connection: Connection, s3ic_id: str, number: int, pages: Sequence[dict[str, Any]] = (), **values: Any
) -> str:
    """Insert an order of an installation with its pages and return its identifier. Commits."""
    row = ORDER | {"page_count": len(pages) or None} | values
    row |= {"georisques_id": georisques_id(number), "s3ic_id": s3ic_id}
    names, places = ", ".join(row), ", ".join(f"%({name})s" for name in row)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO aps ({names}) VALUES ({places}) RETURNING id", row)  # noqa: S608
        found = cursor.fetchone()
        assert found is not None
        for number_of_page, page in enumerate(pages, start=1):
            cursor.execute(
                """
                INSERT INTO ap_pages (ap_id, page, decision, confidence, text, search)
                VALUES (%(ap_id)s, %(page)s, %(decision)s, %(confidence)s, %(text)s,
                        to_tsvector('public.french_unaccent', %(text)s))
                """,
                PAGE | page | {"ap_id": found[0], "page": number_of_page},
            )
    connection.commit()
    return str(row["georisques_id"])


def put_document(settings: Settings, identifier: str, content: bytes) -> Path:
    """Put a document where the site looks for it, in a bucket that is a folder."""
    path = Path(settings.bucket_url("ap")) / f"{identifier}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def printed(pages: Sequence[Sequence[str]], ballast: int = 0) -> bytes:
    """Return a PDF with these lines on its pages (characters of WinAnsi), each that many bytes heavier."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
    )
    for number, lines in enumerate(pages):
        page = pdf.add_blank_page(page_size=A4)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = pdf.make_stream(_content(lines) + _weight(number, ballast))
    written = io.BytesIO()
    pdf.save(written, compress_streams=False, linearize=False)
    return written.getvalue()


def _content(lines: Sequence[str]) -> bytes:
    shown = [f"({_escaped(line)}) Tj 0 -20 Td\n".encode("cp1252") for line in lines]
    return b"BT /F1 12 Tf 60 770 Td\n" + b"".join(shown) + b"ET\n"


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _weight(number: int, ballast: int) -> bytes:
    """Return a comment of the language of pages: bytes that are fetched and draw nothing."""
    line = b"% " + f"{number:06d}".encode() * 16 + b"\n"
    return line * (ballast // len(line))
