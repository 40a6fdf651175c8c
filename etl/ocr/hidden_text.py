"""Takes away the invisible text of an earlier recognition, where it was found unusable and is replaced."""

import re

import pikepdf
from pikepdf import Name, Operator

SHOWING = frozenset({"Tj", "TJ", "'", '"'})
INVISIBLE = 3
HIDING = re.compile(rb"\b3\s+Tr\b")


def drop_hidden_text(pdf: pikepdf.Pdf, page: pikepdf.Page) -> bool:
    """Remove invisible text from a page and the forms on it; return whether there was any.

    Raises:
        pikepdf.PdfError: the page's content cannot be parsed.
    """
    if not any(HIDING.search(content) for content in _streams(page)):
        return False
    kept, had_any = _without_hidden(pikepdf.parse_content_stream(page))
    if had_any:
        page.obj.Contents = pdf.make_stream(pikepdf.unparse_content_stream(kept))
    return any([had_any, *(_clean_form(form) for form in _forms(page))])


def _streams(page: pikepdf.Page) -> list[bytes]:
    contents = page.obj.get(Name.Contents)
    page_streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    streams = [*page_streams, *_forms(page)]
    return [stream.read_bytes() for stream in streams if isinstance(stream, pikepdf.Stream)]


def _forms(page: pikepdf.Page) -> list[pikepdf.Stream]:
    drawn = page.resources.get(Name.XObject, pikepdf.Dictionary())
    found = list(drawn.values()) if isinstance(drawn, pikepdf.Dictionary) else []
    return [
        item for item in found if isinstance(item, pikepdf.Stream) and item.get(Name.Subtype) == Name.Form
    ]


def _clean_form(form: pikepdf.Stream) -> bool:
    kept, had_any = _without_hidden(pikepdf.parse_content_stream(form))
    if had_any:
        form.write(pikepdf.unparse_content_stream(kept))
    return had_any


def _without_hidden(
    instructions: list[pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage],
) -> tuple[list[pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage], bool]:
    """Return the instructions that do not show invisible text, and whether some did."""
    mode, saved = 0, []
    kept = []
    for instruction in instructions:
        operator = str(instruction.operator)
        if operator == "q":
            saved.append(mode)
        elif operator == "Q" and saved:
            mode = saved.pop()
        elif instruction.operator == Operator("Tr") and instruction.operands:
            mode = int(instruction.operands[0])
        if operator not in SHOWING or mode != INVISIBLE:
            kept.append(instruction)
    return kept, len(kept) < len(instructions)
