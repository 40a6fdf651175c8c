"""Asks Légifrance for the text of an order, as it stands at a date."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import Any, Self

from etl.errors import RefusedError, SettingsError
from etl.fetching.addresses import check_address
from etl.legifrance.reading import NAME, UpstreamText, read_text
from etl.legifrance.token import Keys, TokenKeeper
from etl.settings import Settings
from etl.upstream.errors import KeysRefusedError, SourceUnsetError, UnknownTextError
from etl.upstream.exchange import Answer, Door, Patience, Question, ask
from regulation.order_file import is_cid

# What it says of an identifier that it has no such text of, with status 400.
NO_SUCH_TEXT = "expression à valider est fausse"
PASSED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND})


@dataclass(frozen=True, slots=True)
class Source:
    """Where Légifrance is, and the keys to it."""

    token_url: str
    api_url: str
    keys: Keys
    hosts: tuple[str, ...]
    patience: Patience = field(default_factory=Patience)

    @classmethod
    def from_settings(cls, settings: Settings, patience: Patience | None = None) -> Self:
        """Return the source that the settings name.

        Raises:
            SourceUnsetError: there are no keys.
            SettingsError: an address is not one of LEGIFRANCE_HOSTS.
        """
        secret = settings.legifrance_client_secret
        if not settings.legifrance_client_id or secret is None or not secret.get_secret_value():
            raise SourceUnsetError(
                "Légifrance is not configured: set LEGIFRANCE_CLIENT_ID and LEGIFRANCE_CLIENT_SECRET, the "
                "keys of an application of PISTE."
            )
        hosts = tuple(host.strip().lower() for host in settings.legifrance_hosts.split(",") if host.strip())
        for variable, url in (
            ("LEGIFRANCE_TOKEN_URL", settings.legifrance_token_url),
            ("LEGIFRANCE_API_URL", settings.legifrance_api_url),
        ):
            try:
                check_address(url, hosts, "LEGIFRANCE_HOSTS")
            except RefusedError as error:
                raise SettingsError(f"{variable} cannot be used: {error}") from None
        keys = Keys(settings.legifrance_client_id, secret.get_secret_value())
        return cls(
            settings.legifrance_token_url,
            settings.legifrance_api_url.rstrip("/"),
            keys,
            hosts,
            patience or Patience(),
        )


class Legifrance:
    """A client that keeps its token; threads may share it."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._door = Door(NAME, source.hosts, "LEGIFRANCE_HOSTS", source.patience)
        self._keeper = TokenKeeper(self._door, source.token_url, source.keys)

    def check_keys(self) -> None:
        """Ask for a token, unless there is one: tells early whether the source is there.

        Raises:
            KeysRefusedError, ShapeError, TransientError, RefusedError: as `text`.
        """
        self._keeper.token()

    def text(self, cid: str, on: date) -> UpstreamText:
        """Return the text of an order as it stands on a day: consolidated, else as it was published.

        Raises:
            UnknownTextError: there is no such text.
            KeysRefusedError: our keys are not taken.
            ShapeError: the answer is not as documented; it names the field.
            TransientError: no answer now; another try later may help.
            RefusedError: another answer, or one that is too large.
        """
        if not is_cid(cid):
            raise UnknownTextError(f"{cid[:60]!r} is no identifier of Légifrance.")
        consolidated = self._consult("lawDecree", {"textId": cid, "date": on.isoformat()}, cid)
        if consolidated is not None:
            return read_text(consolidated, cid, on, is_consolidated=True)
        published = self._consult("jorf", {"textCid": cid}, cid)
        if published is None:
            raise UnknownTextError(f"Légifrance knows no text {cid}.")
        return read_text(published, cid, on, is_consolidated=False)

    def _consult(self, method: str, body: Mapping[str, Any], cid: str) -> bytes | None:
        """Return the answer of a method of the API, None where it has no such text."""
        token = self._keeper.token()
        answer = self._ask(method, body, cid, token)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            self._keeper.forget(token)
            answer = self._ask(method, body, cid, self._keeper.token())
        if answer.status == HTTPStatus.OK:
            return answer.body
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise KeysRefusedError("Légifrance does not take the token that PISTE gave us (answer 401).")
        if answer.status == HTTPStatus.NOT_FOUND or NO_SUCH_TEXT in _message(answer.body):
            return None
        raise RefusedError(f"Légifrance refuses the question for {cid} (answer {answer.status}).")

    def _ask(self, method: str, body: Mapping[str, Any], cid: str, token: str) -> Answer:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        url = f"{self._source.api_url}/consult/{method}"
        what = f"The text {cid} of Légifrance"
        return ask(self._door, Question("POST", url, what, json=body, headers=headers, passes=PASSED))


def _message(body: bytes) -> str:
    """Return what an error says, whichever way its letters are written."""
    try:
        values = json.loads(body)
    except ValueError:
        return ""
    return str(values.get("message", "")) if isinstance(values, dict) else ""
