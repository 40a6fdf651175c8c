"""How much of a text was found: the share of a reference's words, whatever their order.

Words are lower case, NFC, `[a-zà-ÿ0-9]{2,}`; of a reference in Markdown, pictures, formulas (LaTeX) and tags
are left out.
"""

import re
import unicodedata
from collections import Counter

WORD = re.compile(r"[a-zà-ÿ0-9]{2,}")
# In this order: pictures with their addresses, formulas, tags, commands of LaTeX outside formulas.
MARKUP = (
    re.compile(r"!\[[^\]]*\]\([^)]*\)"),
    re.compile(r"\$\$?.*?\$\$?", re.DOTALL),
    re.compile(r"<[^>]+>"),
    re.compile(r"\\[a-zA-Z]+"),
)


def words(text: str, *, is_markdown: bool = False) -> Counter[str]:
    """Return how often each word occurs in a text."""
    for markup in MARKUP if is_markdown else ():
        text = markup.sub(" ", text)
    return Counter(WORD.findall(unicodedata.normalize("NFC", text).lower()))


def share_found(reference: Counter[str], found: Counter[str]) -> float:
    """Return the share of the reference's words that were found, each as often as it was; 1 for none."""
    return (reference & found).total() / reference.total() if reference else 1.0
