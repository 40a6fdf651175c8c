r"""Text pasted from a PDF, brought back to paragraphs.

mend_pasted("Les rejets\nd'eaux plu-\nviales sont :\n- mesurés ;\n- notés.")
    == "Les rejets d'eaux pluviales sont :\n- mesurés ;\n- notés."
"""

import re
import statistics
from itertools import pairwise

LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\t": " ", "\v": "\n", "\f": "\n"}
)
UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b\u2060\ufeff]")
SPACES = re.compile(r"[ \u00a0\u202f\u2009]{2,}")
SOFT_HYPHEN = "\u00ad"

BULLET = re.compile(r"(?:[-–—•▪◦●○■□*·➢✓]|\(?[a-z0-9]{1,2}[)°]|\d{1,2}\.(?=\s|$))(?:\s|$)")
BARE_BULLET = re.compile(r"(?:[-–—•▪◦●○■□*·➢✓]|\(?[a-z0-9]{1,2}[)°])$")
HEADING = re.compile(r"(?:Article|Art\.|Annexe|ANNEXE|ARTICLE|Titre|TITRE|Chapitre|CHAPITRE)\s+[\dIVXLR]")
SENTENCE_END = re.compile(r"[.:;!?…»]$")
SENTENCE_START = re.compile(r"[A-ZÀ-ÖØ-Þ«0-9]")
CUT_WORD = re.compile(r"[^\W\d_]-$")
# Words whose hyphen is their own, wherever the line ends.
OWN_HYPHEN = re.compile(
    r"(?:^|[\s('’-])(?:non|sous|semi|demi|contre|avant|après|arrière|mi|ci|là|vice|ex|quasi|auto|eux|lui|elle|celui|celle|"
    r"ceux|est|est-à|vis|vis-à|peut|rez|rez-de|au|par|c'est-à|c’est-à|micro|inter|pré|post|éco|multi)-$",
    re.IGNORECASE,
)
ELISION = re.compile(
    r"(?:^|[\s(«])(?:[cdjlmnst]|qu|lorsqu|puisqu|jusqu|quoiqu|presqu|aujourd)['’]$", re.IGNORECASE
)

# A line that ends well before the longest one ends its paragraph.
SHORT_LINE = 0.8


def mend_pasted(text: str) -> str:
    """Return the text in paragraphs: cut words and lines joined, spaces single, bullets kept.

    Paragraphs are parted by an empty line; bullets, numbered points and titles of articles start a line.
    Mending a mended text changes nothing.
    """
    lines = _lines(text)
    if _is_spaced_out(lines):
        lines = [line for line in lines if line]
    mended = ""
    for block in _blocks(lines):
        for place, paragraph in enumerate(_paragraphs(block)):
            follows = place > 0 and BULLET.match(paragraph)
            mended += ("\n" if follows else "\n\n") + paragraph
    return mended.strip()


def _lines(text: str) -> list[str]:
    clean = UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").translate(LIGATURES))
    return [SPACES.sub(" ", line).strip() for line in clean.split("\n")]


def _is_spaced_out(lines: list[str]) -> bool:
    """Tell whether every word stands on a line of its own with an empty one after it."""
    filled = [line for line in lines if line]
    empty = len(lines) - len(filled)
    return len(filled) > 3 and empty >= len(filled) - 1 and all(" " not in line for line in filled)


def _blocks(lines: list[str]) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _paragraphs(block: list[str]) -> list[str]:
    """Return the paragraphs of lines that follow each other without an empty one."""
    longest = max(map(len, block))
    is_word_a_line = statistics.median(line.count(" ") for line in block) == 0
    paragraphs = [block[0]]
    for before, line in pairwise(block):
        ends = not is_word_a_line and len(before) < SHORT_LINE * longest
        if _starts_anew(before, line, is_short=ends):
            paragraphs.append(line)
        else:
            paragraphs[-1] = _joined(paragraphs[-1], line)
    return [SPACES.sub(" ", paragraph.replace(SOFT_HYPHEN, "")) for paragraph in paragraphs]


def _starts_anew(before: str, line: str, *, is_short: bool) -> bool:
    if BARE_BULLET.fullmatch(before):
        return False
    if HEADING.match(line):
        return True
    if BULLET.match(line):
        # « 15 » or « 3) » may be a number inside a sentence that was cut before it.
        return not line[0].isalnum() or bool(SENTENCE_END.search(before) or BULLET.match(before))
    has_ended = SENTENCE_END.search(before) or HEADING.match(before)
    return bool(is_short and has_ended and SENTENCE_START.match(line))


def _joined(before: str, line: str) -> str:
    if before.endswith(SOFT_HYPHEN):
        return before[:-1] + line
    if CUT_WORD.search(before) and not BARE_BULLET.fullmatch(before):
        is_own = OWN_HYPHEN.search(before) or not line[0].islower()
        return before + line if is_own else before[:-1] + line
    if re.search(r"\d-$", before) and line[0].isdigit():
        return before + line
    if ELISION.search(before):
        return before + line
    return f"{before} {line}"
