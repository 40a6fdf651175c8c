"""Sort out the lines that break a rule: why, and what may be shown of them.

Reasons never quote a value. A rejected line is kept with its text so that nothing is lost, unless it may be
one of a rubrique beginning with 47: then it is masked as its published sisters are.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from etl.contracts import HIDDEN_PREFIX, HIDDEN_REGIME, HIDDEN_RUBRIQUE, NUMBER, S3IC_ID, Rule
from etl.distinct import Mask, column_of, matches
from etl.errors import RefusedError
from etl.s3ic.reading import Extraction, read_lines
from etl.s3ic.sources import CLASSEMENTS, SEPARATOR, TECHNICAL_STATES

LARGEST_SHARE = 0.02
FIELD_COUNT = "wrong field count"
NO_TEXT = "characters that are no text"
CONTROL_CHARACTERS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
# 47 that no digit but zeros precedes, anywhere after the id: a broken line does not tell its columns.
MAY_BE_HIDDEN = re.compile(rf"(?<![0-9])0*{HIDDEN_PREFIX}")
UNREADABLE_RUBRIQUES = frozenset({NO_TEXT, "malformed rubrique_envigueur", "malformed rubrique_autorisé"})


@dataclass(frozen=True, slots=True)
class Reject:
    """A line left out: the file and its line, the reason, and its text (masked where it must be)."""

    file: str
    line: int
    reason: str
    text: str


def sorted_out(extraction: Extraction) -> tuple[pa.Table, list[Reject]]:
    """Return the rows that keep every rule, and the others with their reasons, in the order of the file.

    Raises:
        RefusedError: more than 2 % of the rows are rejected.
    """
    reasons, found = reasons_of(extraction.table, extraction.source.rules)
    bad = np.flatnonzero(found)
    why = dict.fromkeys((line for line, _ in extraction.misfits), FIELD_COUNT)
    why |= {int(extraction.lines[row]): reasons[found[row]] for row in bad}
    _refuse_too_many(extraction, why)
    places = [
        *extraction.misfits,
        *((int(extraction.lines[row]), int(extraction.heights[row])) for row in bad),
    ]
    texts = read_lines(extraction.path, places) if places else {}
    rejects = [
        Reject(extraction.source.name, line, why[line], _shown(texts[line], why[line], extraction))
        for line in sorted(why)
    ]
    return extraction.table.filter(pa.array(found == 0)), rejects


def reasons_of(
    table: pa.Table, rules: Sequence[Rule]
) -> tuple[list[str], np.ndarray[tuple[int], np.dtype[np.int8]]]:
    """Return the list of reasons and, for each row, the place of the first that holds (0: none)."""
    reasons = ["", NO_TEXT, *(_reason_of(rule) for rule in rules)]
    found = np.zeros(table.num_rows, np.int8)
    breaches = [_holds_no_text(table), *(rule.breaks(column_of(table, rule.name)) for rule in rules)]
    for place, breach in enumerate(breaches, start=1):
        found[breach & (found == 0)] = place
    return reasons, found


def masked(text: str, header: Sequence[str]) -> str:
    """Return a line of the classements with its site and its state only, as a published 47xx line shows."""
    fields = dict(zip(header, text.split(SEPARATOR), strict=False))
    s3ic_id, state = fields.get("code_s3ic", ""), fields.get("état_technique", "")
    shown = {
        "code_s3ic": s3ic_id if re.fullmatch(S3IC_ID, s3ic_id) else "",
        "rubrique_envigueur": HIDDEN_RUBRIQUE,
        "régime_envigueur": HIDDEN_REGIME,
        "état_technique": state if state in TECHNICAL_STATES else "",
        "rubrique_autorisé": HIDDEN_RUBRIQUE,
        "régime_autorisé": HIDDEN_REGIME,
    }
    return SEPARATOR.join(shown.get(column, "") for column in header)


def _shown(text: str, reason: str, extraction: Extraction) -> str:
    if extraction.source is not CLASSEMENTS:
        return text
    after_id = unicodedata.normalize("NFKC", text).partition(SEPARATOR)[2]
    if reason in UNREADABLE_RUBRIQUES or MAY_BE_HIDDEN.search(after_id):
        return masked(text, extraction.table.column_names)
    return text


def _holds_no_text(table: pa.Table) -> Mask:
    found = np.zeros(table.num_rows, np.bool_)
    for name in table.column_names:
        found |= matches(column_of(table, name), CONTROL_CHARACTERS, of_empty=False)
    return found


def _reason_of(rule: Rule) -> str:
    if rule.values is not None:
        return f"unknown {rule.name}"
    return f"non-numeric {rule.name}" if rule.pattern == NUMBER else f"malformed {rule.name}"


def _refuse_too_many(extraction: Extraction, why: dict[int, str]) -> None:
    if len(why) <= LARGEST_SHARE * extraction.rows_read:
        return
    (reason, _), *_ = Counter(why.values()).most_common(1)
    first = min(line for line in why if why[line] == reason)
    raise RefusedError(
        f"{extraction.name}: {len(why)} of {extraction.rows_read} lines would be rejected, more than "
        f"{LARGEST_SHARE:.0%}; most for “{reason}”, first on line {first}. Correct it or extract it again."
    )
