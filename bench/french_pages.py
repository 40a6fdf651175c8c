"""Pages of French text as orders have them, made from runs of real words with the misreadings of a scan.

Each page strings together runs of consecutive words drawn at random from the source: frequent words stay
frequent, rare ones rare (Zipf), and what usually stands together still does. One word in thirty is misread,
so that the index has to hold the many words that occur once.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path

from regulation.archive import read_orders
from regulation.prescriptions import addressable_alineas

DEMO = Path(__file__).resolve().parent.parent / "demo"
MARKUP = re.compile(r"!\[[^\]]*\]\([^)]*\)|\$\$?[^$]*\$\$?|<[^>]+>|[#*|_\\]+")
WORDS_OF_A_PAGE = (250, 550)
WORDS_OF_A_RUN = (6, 30)
MISREAD = 1 / 30
MISREADINGS = (("l", "1"), ("rn", "m"), ("é", "e"), ("u", "ii"), ("o", "0"), ("e", "c"), ("t", "f"))


def source_words(data: Path | None) -> list[str]:
    """Return the words of ministerial and prefectoral orders as they run: the real ones, else the demo's."""
    if data is None:
        prefectoral = sorted((DEMO / "aps" / "textes").glob("*.txt"))
        ministerial = DEMO / "ams"
    else:
        prefectoral = sorted((data / "aps").glob("*.reference.md"))
        ministerial = data / "ams.zip"
    texts = [MARKUP.sub(" ", path.read_text(encoding="utf-8")) for path in prefectoral]
    for order in read_orders(ministerial):
        texts += [alinea.alinea.text for alinea in addressable_alineas(order)]
    return [word for text in texts for word in text.split()]


def french_pages(words: list[str], count: int, seed: int) -> Iterator[str]:
    """Give so many pages of 250 to 550 words; the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        wanted = chance.randint(*WORDS_OF_A_PAGE)
        page: list[str] = []
        while len(page) < wanted:
            start = chance.randrange(len(words))
            page += words[start : start + chance.randint(*WORDS_OF_A_RUN)]
        yield " ".join(_misread(word, chance) for word in page)


def _misread(word: str, chance: random.Random) -> str:
    if chance.random() >= MISREAD:
        return word
    seen, read = chance.choice(MISREADINGS)
    return word.replace(seen, read) if seen in word else word + chance.choice("abcdefghijklmnopqrstuvwxyz")
