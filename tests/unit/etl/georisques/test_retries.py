"""Tries are counted, waits are bounded, and only what may pass is tried again."""

import pytest
import tenacity

from etl.errors import RefusedError, TransientError
from etl.fetching import tries as tries_module
from etl.fetching.tries import tried
from etl.georisques import BusyError, Limits


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were waited, without waiting."""
    waited: list[float] = []

    class Retrying(tenacity.Retrying):
        def __init__(self, **options) -> None:
            super().__init__(sleep=waited.append, **options)

    monkeypatch.setattr(tries_module, "Retrying", Retrying)
    return waited


def failing(*errors: Exception):
    left = list(errors)

    def attempt() -> str:
        if left:
            raise left.pop(0)
        return "done"

    return attempt


def test_two_troubles_that_pass_then_success(waits) -> None:
    limits = Limits(first_wait=1, longest_wait=60)
    assert tried(limits, 600, failing(TransientError("a"), TransientError("b"))) == "done"
    assert 1 <= waits[0] <= 2
    assert 2 <= waits[1] <= 3


def test_the_last_trouble_is_told(waits) -> None:
    attempt = failing(*(TransientError(str(number)) for number in range(9)))
    with pytest.raises(TransientError, match=r"^3$"):
        tried(Limits(tries=4), 600, attempt)
    assert len(waits) == 3


def test_what_will_not_pass_is_not_tried_again(waits) -> None:
    with pytest.raises(RefusedError):
        tried(Limits(), 600, failing(RefusedError("no"), TransientError("never reached")))
    assert waits == []


@pytest.mark.parametrize(("asked", "waited"), [(0.0, 0.0), (7.0, 7.0), (3600.0, 20.0)])
def test_the_source_says_how_long_to_wait_within_limits(waits, asked, waited) -> None:
    tried(Limits(longest_wait=20), 600, failing(BusyError("busy", asked)))
    assert waits == [waited]


def test_waits_grow_up_to_the_longest(waits) -> None:
    tried(Limits(tries=9, longest_wait=5), 600, failing(*[TransientError("x")] * 8))
    assert waits[-1] == 5
    assert max(waits) == 5


def test_no_try_begins_after_the_time_is_up(waits) -> None:
    with pytest.raises(TransientError):
        tried(Limits(first_wait=30), 10, failing(*[TransientError("x")] * 3))
    assert waits == []
