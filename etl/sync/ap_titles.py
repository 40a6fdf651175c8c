"""Titles of prefectoral orders made from their text, for those that the source calls « Nouveau document ».

An order opens with the prefecture's letterhead, then what it is (« Arrêté préfectoral n° 2016-173-04 portant
mise en demeure de la société … »), then who signs (« Le préfet de … ») and the texts it rests on (« Vu … »).
The title is what stands between letterhead and « Vu »: further down, « Arrêté du … » names other orders.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

UNTITLED = frozenset({"", "nouveau document"})

PAGES_SEARCHED = 4  # a cover letter and a page of distribution may come first
LETTERS_SEARCHED = 6_000
LONGEST_TITLE = 240
LEAST_SHARE_OF_LETTERS = 0.6  # of what is printed

HEADING = re.compile(r"[^\w\n]{0,4}(Arr[êeé]t[ée]|A ?R ?R ?[ÊEÉ] ?T ?[ÉEÈ])\b(?!\s*:)")
# What an order is about, rather than its number or its date.
ABOUT = (
    r"\b(?:portant|relati[fv]|modifi|compl[ée]t|compl[ée]mentaire|autoris|enregistr|abroge|r[ée]glement|impos|"
    r"prescri|fixant|mettant|mise en demeure|prorog|suspen|actant|prenant|concernant|agr[ée]|ordonnant|"
    r"levant|urgence|consign|renouvel|donnant|institu|encadrant|actualis|accordant|refus|rejet|liquid|infligeant|"
    r"cl[ôo]tur|mesures)"
)
SUBJECT = re.compile(ABOUT, re.IGNORECASE)
TEXTS_IT_RESTS_ON = re.compile(r"\W{0,4}(V[uUaAû]\b|Consid[ée]rant|CONSID[ÉE]RANT)")
END_OF_HEADING = re.compile(
    r"\W{0,4}((l[ea]s?\s+)?pr[ée]f[eè]te?s?\b|chevalier|officier|commandeur|article|arr[êe]te\s*:|libert[ée]|"
    r"[ée]galit[ée]|fraternit[ée]|r[ée]publique|sommaire|table des|page \d|service|bureau|direction|"
    r"pr[ée]fecture|affaire suivie|t[ée]l\b|sur proposition)",
    re.IGNORECASE,
)
# A title widely spaced goes on after a gap when the next line begins no sentence, or names whom it is for.
GOES_ON = re.compile(
    r"\W{0,2}([a-zà-ÿ]|PORTANT|RELATI|MODIFI|DE |DU |À |A LA |S(oci[ée]t[ée]|OCI[ÉE]T[ÉE])\b)"
)

DATE = (
    r"(?:\d{1,2}(?:er)?\s+(?:janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[ûu]t|septembre|octobre|novembre|"
    r"d[ée]cembre)\s+(?:19|20)\d\d|\d{1,2}[/.]\d{1,2}[/.](?:19|20)?\d\d)\b"
)
# « du 227. fevrier 2023 », « du 18 AR 207 »: stamped or written by hand, and misread.
MISREAD_DATE = re.compile(
    rf"\s(?:en date )?du (?!{DATE})(?=\W{{0,3}}\d).{{1,30}}?(?=\s{ABOUT})", re.IGNORECASE
)
# Words of a heading in capitals that are written small otherwise; names keep their capitals.
PLAIN_WORDS = (
    "arrêté préfectoral interpréfectoral inter-préfectoral complémentaire complémentaires modificatif "
    "portant relatif relative à aux au de des du la le les en et par d'un d'une l'exploitation exploitée "
    "exploiter d'exploiter mise mises demeure d'autorisation autorisation autorisant d'enregistrement "
    "enregistrement prescriptions spéciales mesures d'urgence modification modifiant société n° janvier "
    "février mars avril mai juin juillet août septembre octobre novembre décembre"
)

# Where nothing stands above « Vu », the first article may still say what the order is.
FIRST_ARTICLE = re.compile(r"(?ims)^\W{0,4}article\s+(?:1(?:er)?|premier)\b(.{0,600})")
SAID_BY_FIRST_ARTICLE = (
    (re.compile(r"(?i)\best mise? en demeure\b"), "Arrêté préfectoral de mise en demeure"),
    (
        re.compile(r"(?i)\best autoris[ée]e?\b[^.;]{0,200}\s[àa] (?:poursuivre|[ée]tendre|exploiter)\b"),
        "Arrêté préfectoral d'autorisation",
    ),
)


def is_untitled(description: str) -> bool:
    """Tell whether the source's description says nothing of the document."""
    return " ".join(description.split()).casefold() in UNTITLED


def title_of(pages: Sequence[str]) -> str | None:
    """Return the title that an order's first pages give, in one line; None where none can be trusted."""
    opening = [page[:LETTERS_SEARCHED].replace("’", "'") for page in pages[:PAGES_SEARCHED]]
    for page in opening:
        above, is_cut = _above_texts(page.splitlines())
        for heading in _headings(above):
            title = _tidied(heading)
            if _is_trustworthy(title):
                return _shortened(title)
        if is_cut:
            break  # the pages that follow name the orders on which this one rests
    return _by_first_article("\n".join(opening))


def _above_texts(lines: list[str]) -> tuple[list[str], bool]:
    """Return the lines above the first text that the order rests on, and whether there is one."""
    found = (place for place, line in enumerate(lines) if TEXTS_IT_RESTS_ON.match(line))
    place = next(found, None)
    return lines[:place], place is not None


def _headings(lines: list[str]) -> Iterator[str]:
    """Give each passage that begins with « Arrêté » and ends before a line that no title holds."""
    for place, line in enumerate(lines):
        if HEADING.match(line):
            yield " ".join([line, *_continued(line, lines[place + 1 :])])


def _continued(first: str, following: list[str]) -> Iterator[str]:
    said, is_after_gap = first, False
    for line in following:
        if not line.strip():
            is_after_gap = True
            continue
        is_apart = is_after_gap and SUBJECT.search(said) and not GOES_ON.match(line)
        if END_OF_HEADING.match(line) or is_apart:
            return
        yield line
        said, is_after_gap = f"{said} {line}", False


def _tidied(heading: str) -> str:
    """Return a heading in one line, without a misread date, its first words in small letters."""
    line = MISREAD_DATE.sub("", " ".join(heading.split()).lstrip(" #*=-–—_|.'\"«"))
    words = re.sub(r"^(A ?R ?R ?[ÊEÉ] ?T ?[ÉEÈ]|Arr[êeé]t[ée])\b", "ARRETE", line).split(" ")
    plain_words = {_without_accents(word).upper(): word for word in PLAIN_WORDS.split()}
    for place, word in enumerate(words):
        if word.isupper():
            known = plain_words.get(_without_accents(word))
            if known is None and word.isalpha():
                break  # a name: what follows it may be one too
            words[place] = known or word
    title = " ".join(words).rstrip(" .,;:-–—_«»*|")
    return title[:1].upper() + title[1:]


def _without_accents(word: str) -> str:
    parts = unicodedata.normalize("NFD", word)
    return "".join(part for part in parts if not unicodedata.combining(part))


def _is_trustworthy(title: str) -> bool:
    """Tell whether a title says what the order is about, in words."""
    letters = sum(char.isalpha() for char in title)
    return bool(SUBJECT.search(title)) and letters >= LEAST_SHARE_OF_LETTERS * (len(title) - title.count(" "))


def _shortened(title: str) -> str:
    if len(title) <= LONGEST_TITLE:
        return title
    return title[:LONGEST_TITLE].rpartition(" ")[0].rstrip(" ,;:-") + "…"


def _by_first_article(text: str) -> str | None:
    article = FIRST_ARTICLE.search(text)
    if article is None:
        return None
    return next((title for said, title in SAID_BY_FIRST_ARTICLE if said.search(article[1])), None)
