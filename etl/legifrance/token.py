"""The token that PISTE wants with each question: asked for with our keys, kept until it expires."""

import json
import threading
import time
from dataclasses import dataclass
from http import HTTPStatus

from etl.upstream.errors import KeysRefusedError, ShapeError
from etl.upstream.exchange import Answer, Door, Question, ask

NAME = "PISTE"
WHAT = "the token of PISTE"
# Renewed so long before its end, so that no question leaves with a token that ends on its way.
MARGIN_SECONDS = 60
REFUSALS = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(frozen=True, slots=True)
class Keys:
    """An application of PISTE; the secret is never shown."""

    client_id: str
    secret: str

    def __repr__(self) -> str:
        return "Keys(…)"


class TokenKeeper:
    """Gives the token; threads may share it, and then one of them asks."""

    def __init__(self, door: Door, url: str, keys: Keys) -> None:
        self._door = door
        self._url = url
        self._keys = keys
        self._lock = threading.Lock()
        self._token = ""
        self._ends_at = 0.0

    def token(self) -> str:
        """Return a token that is good for a while.

        Raises:
            KeysRefusedError: PISTE does not take our keys.
            ShapeError: its answer is none that is documented.
            TransientError, RefusedError: as `ask`.
        """
        with self._lock:
            if time.monotonic() >= self._ends_at:
                self._token, seconds = self._ask()
                self._ends_at = time.monotonic() + max(0.0, seconds - MARGIN_SECONDS)
            return self._token

    def forget(self, token: str) -> None:
        """Let a token go that was refused, unless another came meanwhile."""
        with self._lock:
            if token == self._token:
                self._ends_at = 0.0

    def _ask(self) -> tuple[str, float]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._keys.client_id,
            "client_secret": self._keys.secret,
            "scope": "openid",
        }
        answer = ask(self._door, Question("POST", self._url, WHAT, form=form, passes=REFUSALS))
        if answer.status in REFUSALS:
            raise KeysRefusedError(
                f"PISTE does not take LEGIFRANCE_CLIENT_ID and LEGIFRANCE_CLIENT_SECRET (answer "
                f"{answer.status}). Check them, and that the application subscribed to the API Légifrance."
            )
        return _read(answer)


def _read(answer: Answer) -> tuple[str, float]:
    try:
        values = json.loads(answer.body)
    except ValueError:
        raise ShapeError(NAME, "JSON") from None
    token = values.get("access_token") if isinstance(values, dict) else None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
        raise ShapeError(NAME, "access_token")
    seconds = values.get("expires_in")
    if isinstance(seconds, str) and seconds.isdecimal():
        seconds = int(seconds)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise ShapeError(NAME, "expires_in")
    return token, float(seconds)
