"""The words that a question matches in a ministerial order, marked where the text is shown."""

import re
import unicodedata
from collections.abc import Sequence

from markupsafe import Markup, escape

from etl.database import read_statement
from webapp.aps.marking import MATCHED, START, STOP
from webapp.models import db

LONGEST_QUESTION = 200
# So many alineas of an order are looked through: by then every form of the words has been met.
MOST_ALINEAS = 100
TAGS = re.compile(r"(<[^>]*>)")
WHOLE = f"HighlightAll=true, StartSel={START}, StopSel={STOP}"


def matching_words(cid: str, asked: str) -> tuple[str, ...]:
    """Return the words of an order that a question in the visitor's words matches, in lower case."""
    if not asked.strip():
        return ()
    given = {
        "cid": cid,
        "text": asked.replace("\0", " ")[:LONGEST_QUESTION],
        "wanted": MOST_ALINEAS,
        "whole": WHOLE,
    }
    rows = db.session.connection().exec_driver_sql(read_statement("search/mark_order.sql"), given)
    return tuple(sorted({word.lower() for row in rows for word in MATCHED.findall(row.marked)}))


def marked_html(html: Markup, words: Sequence[str]) -> Markup:
    """Return HTML whose text has these words in `<mark>` where they stand as words; tags are left alone."""
    if not words:
        return html
    longest_first = sorted({str(escape(word)) for word in words}, key=len, reverse=True)
    alternatives = "|".join(map(re.escape, longest_first))
    # Not inside an entity: `&` and `#` come before its name, a word never follows them.
    pattern = re.compile(rf"(?<![\w&#])({alternatives})(?!\w)", re.IGNORECASE)
    parts = TAGS.split(html)  # tags stand at the odd places
    # Some titles have their accents apart from the letters.
    texts = (unicodedata.normalize("NFC", part) for part in parts[::2])
    parts[::2] = [pattern.sub(r"<mark>\1</mark>", text) for text in texts]
    return Markup("".join(parts))  # noqa: S704  (what was escaped stays so, only marks are added)
