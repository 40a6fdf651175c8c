"""Download one file of the source: bounded, resumed where it was cut, whole at its place or not at all."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Self

import httpx

from etl.errors import RefusedError, TransientError
from etl.fetching.tries import tried
from etl.georisques.session import Session, answered
from etl.storage import sha256_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to download.

    Attributes:
        url: where it is.
        what: what the sentences call it.
        most_bytes: larger ones are refused.
        seconds: for all tries together.
    """

    url: str
    what: str
    most_bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A file that came whole: its size, its checksum, and the date that the source gives, if any."""

    bytes: int
    sha256: str
    last_modified: str | None


def download(session: Session, wanted: Wanted, target: Path) -> Downloaded:
    """Download a file; what a cut connection or a killed process left in `<target>.part` is taken up again.

    Raises:
        GoneError: the source does not have it.
        RefusedError: it is too large, or the source refuses or sends elsewhere.
        TransientError: the tries are used up; the part that came stays for the next time.
    """
    deadline = time.monotonic() + wanted.seconds
    part = _Part(target, wanted)
    try:
        last_modified = tried(
            session.remote.limits, wanted.seconds, lambda: _continue(session, wanted, part, deadline)
        )
    except RefusedError:
        part.discard()
        raise
    part.path.replace(target)
    part.discard()
    return Downloaded(target.stat().st_size, sha256_of(target), last_modified)


@dataclass(frozen=True, slots=True)
class _Validator:
    """What tells one version of a file from the next: without it, nothing can be resumed."""

    name: str
    value: str

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Self | None:
        etag = headers.get("ETag", "")
        if etag.startswith('"'):  # a weak one (W/) does not vouch for every byte
            return cls("ETag", etag)
        date = headers.get("Last-Modified", "")
        return cls("Last-Modified", date) if date else None


class _Part:
    """The bytes that came so far, with what tells which version of the file they are of."""

    def __init__(self, target: Path, wanted: Wanted) -> None:
        self.path = target.with_name(f"{target.name}.part")
        self._note = target.with_name(f"{target.name}.part.json")
        self._url = wanted.url

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def validator(self) -> _Validator | None:
        """Return what the bytes are known by, None where they cannot be resumed."""
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
            known = _Validator(note["name"], note["value"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None
        return known if note.get("url") == self._url and self.size else None

    def begin(self, validator: _Validator | None) -> None:
        """Start anew, with the version that is coming now."""
        self.discard()
        self.path.touch()
        if validator is not None:
            note = {"url": self._url, "name": validator.name, "value": validator.value}
            self._note.write_text(json.dumps(note), encoding="utf-8")

    def discard(self) -> None:
        """Forget what came."""
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)


def _continue(session: Session, wanted: Wanted, part: _Part, deadline: float) -> str | None:
    """Fetch what is missing; return the date of the file as the source gives it."""
    known = part.validator()
    headers = {"Range": f"bytes={part.size}-", "If-Range": known.value} if known else {}
    try:
        with answered(session, wanted.url, headers, wanted.what) as response:
            _settle_start(response, part, known, wanted.what)
            _receive(response, wanted, part, deadline)
            date: str | None = response.headers.get("Last-Modified")
    except RefusedError:
        if not known:
            raise
        part.discard()  # it may be the range that it refuses (416)
        raise TransientError(f"{wanted.what} cannot be resumed and is fetched from its start.") from None
    return date


def _settle_start(response: httpx.Response, part: _Part, known: _Validator | None, what: str) -> None:
    """Let the part end where the answer begins: at its own end if the file is still the same, else anew."""
    if response.status_code == HTTPStatus.OK:
        part.begin(_Validator.of(response.headers))
        return
    begins_right = response.headers.get("Content-Range", "").startswith(f"bytes {part.size}-")
    is_same = known is not None and response.headers.get(known.name, known.value) == known.value
    if not (begins_right and is_same):
        part.discard()
        raise TransientError(f"{what} changed while it was fetched.")


def _receive(response: httpx.Response, wanted: Wanted, part: _Part, deadline: float) -> None:
    size = part.size
    _refuse_too_large(size + int(response.headers.get("Content-Length", "0")), wanted)
    with part.path.open("ab") as stream:
        for piece in response.iter_raw():
            size += len(piece)
            _refuse_too_large(size, wanted)
            stream.write(piece)
            if time.monotonic() > deadline:
                raise TransientError(f"{wanted.what} did not come within {wanted.seconds:.0f} s.")


def _refuse_too_large(size: int, wanted: Wanted) -> None:
    if size > wanted.most_bytes:
        raise RefusedError(
            f"{wanted.what} is larger than {wanted.most_bytes >> 20} MB, so it is not fetched. "
            "If that is right, raise the limit in etl/georisques/source.py."
        )
