"""What a visitor asks of the texts: words as typed, and filters."""

import re
import unicodedata
from dataclasses import dataclass

from etl.database import read_statement
from regulation.topics import Topic
from webapp.models import db

LONGEST_TEXT = 200
RUBRIQUE = re.compile(r"[0-9]{3,4}")
# An exact phrase: its words one after another, or with so many between them.
IN_A_ROW = re.compile(r"<(?:-|[0-9]+)>")
QUOTES = str.maketrans(dict.fromkeys("«»“”„", '"') | {"\0": " ", "\u2212": "-", "\u2011": "-"})
# The dictionary knows « or » between words; in French it is a word like any other (the metal).
EITHER, METAL = re.compile(r"\bOU\b"), re.compile(r"(?<![\w'’-])[oO]r(?![\w-])")
OPERATORS = re.compile(r'"|(?:^|\s)-|\bor\b', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search; None lets everything by. `kind` is `am` or `ap`.

    A topic is of ministerial orders alone, a department of prefectoral ones; the rubrique and the regime are
    those that a ministerial order is about, or those of the installation that a prefectoral one rules.
    """

    kind: str | None = None
    topic: Topic | None = None
    regime: str | None = None
    rubrique: str | None = None
    num_dep: str | None = None

    @property
    def wants_am(self) -> bool:
        """Tell whether ministerial orders are searched."""
        return self.kind != "ap" and self.num_dep is None

    @property
    def wants_ap(self) -> bool:
        """Tell whether prefectoral orders are searched."""
        return self.kind != "am" and self.topic is None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is narrowed."""
        return self == Filters()


@dataclass(frozen=True, slots=True)
class Question:
    """A text as the dictionary reads it (tsquery written out).

    `look_for` is the query with its phrases loosened to their words, which the index answers alone; `phrase`
    all words in a row, None where the text is one word or says itself how its words stand together.
    """

    text: str
    query: str
    look_for: str
    phrase: str | None
    has_words: bool
    is_only_negative: bool

    @property
    def is_loose(self) -> bool:
        """Tell whether what the index finds is still to be checked against the query."""
        return self.look_for != self.query

    @property
    def can_be_answered(self) -> bool:
        """Tell whether there is a word to look for."""
        return self.has_words and not self.is_only_negative

    def as_parameters(self) -> dict[str, object]:
        """Return the question as parameters of the statements under `sql/search`."""
        names = ("query", "look_for", "phrase", "is_loose")
        return {name: getattr(self, name) for name in names}


def tidy(typed: str) -> str:
    """Return a text as it is searched: composed letters, plain quotes, « OU » between alternatives."""
    text = " ".join(unicodedata.normalize("NFC", typed).translate(QUOTES).split())[:LONGEST_TEXT]
    parts = text.split('"')
    for place in range(0, len(parts), 2):  # what stands between quotes stays as it is
        parts[place] = METAL.sub('"or"', EITHER.sub("OR", parts[place]))
    return '"'.join(parts)


def read_question(typed: str) -> Question:
    """Return what a text asks for."""
    text = tidy(typed)
    statement = read_statement("search/read_question.sql")
    row = db.session.connection().exec_driver_sql(statement, {"text": text}).one()
    has_phrase = IN_A_ROW.search(row.query) is not None
    is_simple = OPERATORS.search(text) is None and IN_A_ROW.search(row.phrase) is not None
    return Question(
        text=text,
        query=row.query,
        look_for=IN_A_ROW.sub("&", row.indexed) if has_phrase else row.query,
        phrase=row.phrase if is_simple else None,
        has_words=bool(row.query),
        is_only_negative=row.indexed in ("", "T"),
    )


def words_of(text: str) -> list[str]:
    """Return the words of a text that are to be found, without those that it excludes, each once."""
    wanted = re.sub(r"(?:^|\s)-\S+", " ", text)
    return list(dict.fromkeys(word for word in re.findall(r"[^\W_]+", wanted) if word not in ("OR", "OU")))
