"""The text of a page: made clean for search, and judged where it came with the file."""

import re
import unicodedata
from functools import cache

COMMON_TEXT = """
le la les l un une des du de d en et ou à au aux ce cette ces se sa son ses par pour sur dans est sont
avec que qui ne pas il elle être article arrêté préfet installations installation code environnement vu
considérant société commune département prescriptions site titre annexe page date tout toute leur plus
sans sous
"""
HYPHENATED_TEXT = """
sous non demi mi semi ci au là peut celui celle ceux celles sur avant après vice contre quasi auto mono bi tri
anti ex eux elle lui soi nous vous eau co haut procès plate mâche
"""
# The commonest French words of orders: half of an order's words, a twentieth of a table's.
COMMON = frozenset(COMMON_TEXT.split())
# What precedes a hyphen that belongs to the word: « sous-/produit » stays « sous-produit ».
HYPHENATED = frozenset(HYPHENATED_TEXT.split())
MEANINGLESS = frozenset({"Cn", "Co", "Cs", "Cc"})
# pdfium gives U+FFFE for a hyphen at the end of a line, and no line break after it.
CUT_WORD = re.compile(r"(\w+)(?:-[ \t]*\n|\u00ad\n?|\ufffe\n?)[ \t]*([a-zà-ÿœ]\w*)")
# The point after the letter is a speck to the engine, and what a search for the number hangs on.
CODE_ARTICLE = re.compile(r"\b([LRD])[:,;]? ?(?=\d{3}-\d)")
VOWEL = re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]", re.IGNORECASE)
CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxzç]{6,}", re.IGNORECASE)
# Three quarters of the letters of a French text, a third of those of a garbled one.
FREQUENT_LETTERS = frozenset("esaitnrulo")
ENOUGH_WORDS = 12


def tidy_text(text: str) -> str:
    """Return the text in NFC, cut words made whole, without control characters or trailing spaces.

    Form feeds go too: between pages they are ours.
    """
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x02", "-"))
    kept = "".join(char for char in lines if char in {"\n", "\ufffe"} or not _is_meaningless(char))
    whole = join_cut_words(kept).replace("\ufffe", "")
    return "\n".join(line.rstrip() for line in whole.split("\n")).strip("\n")


def join_cut_words(text: str) -> str:
    """Return the text with « installa-/tion » as « installation »; « sous-/produit » keeps its hyphen."""
    return CUT_WORD.sub(_joined, text)


def restore_points(text: str) -> str:
    """Return a text that was read with « R181-46 », « R:181-46 » as « R. 181-46 », the form of the codes."""
    return CODE_ARTICLE.sub(r"\1. ", text)


def _joined(match: re.Match[str]) -> str:
    start, rest = match.groups()
    keeps = start.lower() in HYPHENATED or any(char.isdigit() for char in start)
    return f"{start}{'-' if keeps else ''}{rest}{chr(10) if chr(10) in match.group() else ''}"


@cache
def _is_meaningless(char: str) -> bool:
    return unicodedata.category(char) in MEANINGLESS and char != "\t"


def trouble_with(text: str) -> str | None:
    """Return what is wrong with a text layer, in words, or None where it reads like a text.

    Two faults are looked for: characters without a meaning (a font without its map), and words no one writes
    (a font with a wrong map, a poor recognition).
    """
    characters = [char for char in text if not char.isspace()]
    if not characters:
        return None
    lost = sum(
        char == "\ufffd" or (_is_meaningless(char) and char not in "\x02\ufffe") for char in characters
    )
    if lost / len(characters) > 0.1:
        return f"{lost / len(characters):.0%} of its characters have no meaning"
    return _trouble_with_words(text)


def _trouble_with_words(text: str) -> str | None:
    words = re.findall(r"[^\W\d_]+", text.lower())
    marks = len(re.findall(r"[^\w\s]", text)) / max(1, len(re.findall(r"\S", text)))
    if len(words) < ENOUGH_WORDS:
        return f"{marks:.0%} of it are marks" if marks > 0.5 and len(text) > 200 else None
    common = sum(word in COMMON for word in words) / len(words)
    likely = sum(_is_likely(word) for word in words) / len(words)
    if common < 0.04 and (likely < 0.7 or marks > 0.35 or _frequent_letters(words) < 0.55):
        return f"it does not read like French: {common:.0%} of its words are common ones"
    return None


def _frequent_letters(words: list[str]) -> float:
    """Return the share of letters that are among the ten commonest in French, accents aside."""
    plain = [
        char for char in unicodedata.normalize("NFD", "".join(words)) if unicodedata.category(char) != "Mn"
    ]
    return sum(char in FREQUENT_LETTERS for char in plain) / max(1, len(plain))


def _is_likely(word: str) -> bool:
    """Whether a word could be said: it has a vowel (initials aside) and no heap of consonants."""
    return (len(word) <= 3 or VOWEL.search(word) is not None) and CONSONANTS.search(word) is None
