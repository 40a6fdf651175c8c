"""What to say where nothing was found: words that no text holds, and what may have been meant."""

from dataclasses import dataclass

from etl.database import read_statement
from webapp.fulltext.question import Question, words_of
from webapp.models import db

MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Advice:
    """Words that stand nowhere, and the question with each replaced by the nearest that does, if any."""

    unknown: list[str]
    corrected: str | None


def advise(question: Question) -> Advice:
    """Return which words of a question without hits stand in no text at all, and a better question."""
    words = words_of(question.text)[:MOST_WORDS]
    statement = read_statement("search/suggest_words.sql")
    rows = list(db.session.connection().exec_driver_sql(statement, {"words": words}))
    corrected = question.text
    for row in rows:
        if row.nearest is not None:
            corrected = corrected.replace(row.word, row.nearest.lower())
    return Advice([row.word for row in rows], corrected if corrected != question.text else None)
