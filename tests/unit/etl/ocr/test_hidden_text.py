"""Invisible text goes, visible text and drawings stay, whatever the order of states."""

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from etl.ocr.hidden_text import drop_hidden_text


def page_with(content: bytes, form: bytes | None = None) -> tuple[pikepdf.Pdf, pikepdf.Page]:
    """Return a document of one page with this content and, drawn by `/Fm Do`, a form with that one."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    page = pdf.pages[0]
    page.obj.Contents = pdf.make_stream(content)
    if form is not None:
        stream = pdf.make_stream(form)
        stream.Type, stream.Subtype, stream.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
        page.obj.Resources = Dictionary(XObject=Dictionary(Fm=stream))
    return pdf, page


def content_of(page: pikepdf.Page) -> list[bytes]:
    return page.obj.Contents.read_bytes().split(b"\n")


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (b"BT 3 Tr (old) Tj ET", []),
        (b"BT 3 Tr [(o) 3 (ld)] TJ (more) ' ET", []),
        (b"BT 3 Tr (old) Tj 0 Tr (seen) Tj ET", [b"(seen) Tj"]),
        (b"BT (seen) Tj 3 Tr (old) Tj ET", [b"(seen) Tj"]),
        (b"q 3 Tr Q BT (seen) Tj ET BT 3 Tr (old) Tj ET", [b"(seen) Tj"]),
        (b"3 Tr q BT 0 Tr (seen) Tj ET Q BT (old) Tj ET", [b"(seen) Tj"]),
        (b"Q Q BT 3 Tr (old) Tj ET", []),
    ],
    ids=["all", "every operator", "shown again", "hidden later", "restored", "hidden outside", "unbalanced"],
)
def test_only_what_nobody_sees_goes(content: bytes, kept: list[bytes]) -> None:
    pdf, page = page_with(content)
    assert drop_hidden_text(pdf, page)
    assert [row for row in content_of(page) if row.endswith((b"Tj", b"TJ", b"'"))] == kept


@pytest.mark.parametrize(
    "content",
    [b"", b"BT (seen) Tj ET", b"BT 7 Tr (clip) Tj ET", b"BT 13 Tr (odd) Tj ET", b"3 Tr 0 0 9 9 re f"],
    ids=["empty", "visible", "clips", "no mode", "no text"],
)
def test_a_page_without_hidden_text_is_not_touched(content: bytes) -> None:
    pdf, page = page_with(content)
    assert not drop_hidden_text(pdf, page)
    assert page.obj.Contents.read_bytes() == content


def test_drawings_stay_where_text_goes() -> None:
    pdf, page = page_with(b"q 595 0 0 842 0 0 cm /Im0 Do Q BT 3 Tr (old) Tj ET 0 0 9 9 re f")
    drop_hidden_text(pdf, page)
    assert {b"/Im0 Do", b"f"} <= set(content_of(page))


def test_forms_are_cleaned_as_pages_are() -> None:
    pdf, page = page_with(b"/Fm Do", b"BT 3 Tr (old) Tj 0 Tr (seen) Tj ET")
    assert drop_hidden_text(pdf, page)
    assert page.obj.Contents.read_bytes() == b"/Fm Do"
    form = page.resources.XObject.Fm.read_bytes()
    assert b"seen" in form
    assert b"old" not in form


def test_a_page_in_several_streams_is_one_content() -> None:
    pdf, page = page_with(b"")
    page.obj.Contents = Array([pdf.make_stream(b"BT 3 Tr"), pdf.make_stream(b"(old) Tj ET")])
    assert drop_hidden_text(pdf, page)
    assert b"old" not in page.obj.Contents.read_bytes()


def test_a_page_without_content_has_none() -> None:
    pdf, page = page_with(b"")
    del page.obj.Contents
    assert not drop_hidden_text(pdf, page)
