"""What a password of an editor must be: long enough, and not among those that are guessed first.

No rule on the kinds of its letters, and no age. How many guesses it would take is estimated by zxcvbn: it
knows the 30,000 most frequent passwords of known leaks, names, words, dates, keyboards, repeats, and what
people do to hide them.
"""

import re
from enum import StrEnum

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
# Of 0 to 4: from a hundred million guesses on.
LOWEST_SCORE = 3
# Different characters that must be left of a password without the words of this place.
SHORTEST_REST = 6
# As much as zxcvbn looks at: what begins well is not made worse by more.
LOOKED_AT = 72
# What somebody who knows where they are would try first; with the name of the account.
WORDS_OF_THIS_PLACE = (
    "envinorma", "icpe", "installations", "classees", "inspection", "inspecteur", "environnement",
    "prefecture", "dreal", "driee", "drieat", "ineris", "georisques", "legifrance", "arrete", "arretes",
    "prescriptions", "redaction", "administration", "motdepasse", "azerty", "azertyuiop",
)  # fmt: skip


class Fault(StrEnum):
    """Why a password is not taken."""

    LENGTH = "length"
    GUESSABLE = "guessable"


def fault_of(password: str, name: str) -> Fault | None:
    """Return why an account of that name cannot have that password, None where it can."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return Fault.LENGTH
    words = [*WORDS_OF_THIS_PLACE, name]
    rest = re.sub("|".join(map(re.escape, words)), "", password, flags=re.IGNORECASE)
    if len(set(rest)) < SHORTEST_REST or _score(password, words) < LOWEST_SCORE:
        return Fault.GUESSABLE
    return None


def _score(password: str, words: list[str]) -> int:
    # Megabytes of words, which only those who choose a password need.
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # noqa: PLC0415  (it comes without types)

    score: int = zxcvbn(password[:LOOKED_AT], user_inputs=words)["score"]
    return score
