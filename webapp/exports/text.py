"""Texts as files may hold them: no character that XML forbids, nothing that a spreadsheet would compute."""

import re
import textwrap

XML_FORBIDS = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LINE_ENDS = re.compile("\r\n?|\n|\v|\f|\x85|\u2028|\u2029")
# A cell that begins so is a formula to some spreadsheet; the wide forms are, to those of East Asia.
FORMULA_SIGNS = tuple("=+-@＝＋－＠")  # noqa: RUF001  (the wide forms are meant)
ELLIPSIS = "…"


def lines(text: str) -> list[str]:
    """Return the lines of a text that are not blank, each fit for a cell or a paragraph of any export."""
    return [line for line in (neutral(line) for line in LINE_ENDS.split(text)) if line]


def one_line(text: str) -> str:
    """Return a text on one line, fit for a cell of any export."""
    return " ".join(lines(text))


def neutral(line: str) -> str:
    """Return a line that no spreadsheet takes for a formula.

    A dash before a space opens an item of a list, as in a quarter of the paragraphs of the law: it becomes
    an en dash, as it is printed. Before any other sign of a formula stands an apostrophe.
    """
    kept = XML_FORBIDS.sub("", line.replace("\t", " ")).strip()
    if kept.startswith("- "):
        return "–" + kept[1:]
    return "'" + kept if kept.startswith(FORMULA_SIGNS) else kept


def shortened(text: str, limit: int) -> str:
    """Return a text of at most `limit` characters, cut after a word and then ended by an ellipsis."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    cut = textwrap.shorten(flat, limit, placeholder=ELLIPSIS)
    return flat[: limit - 1] + ELLIPSIS if cut == ELLIPSIS else cut


def in_pieces(paragraphs: list[str], limit: int) -> list[list[str]]:
    """Return the paragraphs in lists of at most `limit` characters; a longer paragraph is cut at words."""
    pieces: list[list[str]] = [[]]
    size = 0
    for paragraph in paragraphs:
        for part in textwrap.wrap(paragraph, limit) if len(paragraph) > limit else [paragraph]:
            if pieces[-1] and size + len(part) > limit:
                pieces.append([])
                size = 0
            pieces[-1].append(part)
            size += len(part) + 1
    return pieces
