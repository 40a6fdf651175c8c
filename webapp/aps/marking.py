"""The words of a text that a question matches: the dictionary finds them, the text stays as it is."""

import re
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape
from sqlalchemy import Text, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import REGCONFIG

from webapp.models import PrefectoralPage, db

FRENCH = literal_column("'public.french_unaccent'", REGCONFIG)
# Marks around what matches; no document has these characters, and text between them is looked up in the page.
START, STOP = "\ue000", "\ue001"
OPTIONS = f"HighlightAll=true, StartSel={START}, StopSel={STOP}"
MATCHED = re.compile(f"{START}([^{START}{STOP}]+){STOP}")
MOST_MATCHES = 200


def matching_words(ap_id: int, pages: Iterable[int], asked: str) -> tuple[str, ...]:
    """Return the words of pages of an order that a question in the visitor's words matches, each once."""
    if not asked.strip():
        return ()
    question = func.websearch_to_tsquery(FRENCH, asked)
    marked = func.ts_headline(FRENCH, PrefectoralPage.text, question, OPTIONS)
    rows = db.session.scalars(
        select(cast(marked, Text)).where(
            PrefectoralPage.ap_id == ap_id,
            PrefectoralPage.page.in_(list(pages)),
            PrefectoralPage.search.op("@@")(question),
        )
    )
    found = {word.lower() for row in rows for word in MATCHED.findall(row)}
    return tuple(sorted(found)[:MOST_MATCHES])


def marked_text(text: str, words: Sequence[str]) -> Markup:
    """Return a text as HTML with these words marked wherever they stand as words."""
    if not words:
        return escape(text)
    longest_first = sorted(words, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    parts = pattern.split(text)  # what matched stands at the odd places
    return Markup("").join(
        Markup("<mark>{}</mark>").format(part) if place % 2 else part for place, part in enumerate(parts)
    )
