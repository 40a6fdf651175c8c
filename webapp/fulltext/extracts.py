"""Extracts with what matches in them marked: the dictionary puts marks, everything else is escaped."""

import re

from markupsafe import Markup, escape

from webapp.aps.marking import START, STOP

MARKS = f"StartSel={START}, StopSel={STOP}"
WHOLE = f"HighlightAll=true, {MARKS}"
PIECES = f'MaxFragments=2, MinWords=12, MaxWords=34, FragmentDelimiter=" … ", {MARKS}'
# A shorter text is shown whole; of a longer one no more than this is looked through.
SHORT, LONGEST = 320, 20_000
MARKED = re.compile(f"{START}(.*?){STOP}", re.DOTALL)
STRAY = re.compile(f"[{START}{STOP}]")

ELLIPSIS = "…"
EDGE = 12  # so many letters tell whether a piece stands at an end of the text

LIMITS = {"whole": WHOLE, "pieces": PIECES, "short": SHORT, "longest": LONGEST}


def marked(headline: str) -> Markup:
    """Return a text with marks as HTML: lines joined, everything escaped, what was marked in `<mark>`."""
    parts = MARKED.split(" ".join(headline.split()))  # what was marked stands at the odd places
    return Markup("").join(
        Markup("<mark>{}</mark>").format(part) if place % 2 else escape(STRAY.sub("", part))
        for place, part in enumerate(parts)
    )


def extract(headline: str, beginning: str, ending: str) -> Markup:
    """Return pieces of a text as HTML, with dots where the text goes on before or after them.

    `beginning` and `ending` are the first and last letters of the text, some more than `EDGE`.
    """
    plain = _letters(STRAY.sub("", headline))
    before = "" if plain.startswith(_letters(beginning)[:EDGE]) else f"{ELLIPSIS} "
    after = "" if plain.endswith(_letters(ending)[-EDGE:]) else f" {ELLIPSIS}"
    return Markup("{}{}{}").format(before, marked(headline), after)


def _letters(text: str) -> str:
    """Return the letters and figures alone: the dictionary drops marks at the ends of a piece."""
    return "".join(filter(str.isalnum, text))
