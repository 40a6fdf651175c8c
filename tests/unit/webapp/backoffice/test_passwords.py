"""Passwords of editors: what is taken, what is not, and how they are kept."""

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from webapp.backoffice.accounts import hasher
from webapp.backoffice.passwords import WORDS_OF_THIS_PLACE, Fault, fault_of

# The least that OWASP asks of Argon2id, in KiB and passes.
LEAST_MEMORY, LEAST_PASSES = 19 * 1024, 2


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("elevenchars", Fault.LENGTH),
        ("x" * 201, Fault.LENGTH),
        ("aaaaaaaaaaaa", Fault.GUESSABLE),
        ("123456789012", Fault.GUESSABLE),
        ("azertyuiop12", Fault.GUESSABLE),
        ("motdepasse1234", Fault.GUESSABLE),
        ("jetaimejetaime", Fault.GUESSABLE),
        ("Envinorma2026!", Fault.GUESSABLE),
        ("marceline2026", Fault.GUESSABLE),
        ("correct horse battery", None),
        ("éà ç漢字 sans règle", None),
        ("kzvtqmwpxyjr", None),
        (" espaces gardés, quatre mots ", None),
        ("phrase assez longue " * 10, None),
    ],
)
def test_what_is_guessed_first_is_not_taken(password: str, fault: Fault | None) -> None:
    assert fault_of(password, "marceline") == fault


def test_no_frequent_password_is_taken() -> None:
    frequent = [each for each in FREQUENCY_LISTS["passwords"] if len(each) >= 12]
    assert len(frequent) > 200
    assert [each for each in frequent if fault_of(each, "ada") is None] == []


def test_no_word_of_this_place_carries_a_password() -> None:
    tried = [f"{word}{end}".ljust(12, "!") for word in WORDS_OF_THIS_PLACE for end in ("", "2026", "-77a")]
    assert [each for each in tried if fault_of(each, "ada") is not Fault.GUESSABLE] == []


def test_guessing_at_a_hash_is_slow() -> None:
    assert hasher.type.name == "ID"
    assert hasher.memory_cost >= LEAST_MEMORY
    assert hasher.time_cost >= LEAST_PASSES
    assert hasher.salt_len >= 16
