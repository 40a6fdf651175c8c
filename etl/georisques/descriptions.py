"""Descriptions as people wrote them: UTF-8 that was read as Latin-1 on the way is mended."""

import re

import ftfy

# What breaks text is mended; what only looks otherwise (curly quotation marks, ligatures) is the author's.
CONFIG = ftfy.TextFixerConfig(
    unescape_html="auto",
    uncurl_quotes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    explain=False,
)
LINE_BREAKS = re.compile(r"\s*[\r\n]+\s*")


def mended(text: str) -> str:
    """Return a description mended and on one line: `DÃ©charge` → `Décharge`; blanks at its ends stay."""
    return LINE_BREAKS.sub(" ", ftfy.fix_text(text, CONFIG))
