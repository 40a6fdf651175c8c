"""One document of the source."""

import re
from dataclasses import dataclass
from pathlib import Path

from etl.contracts import DOCUMENT_SUFFIX, GEORISQUES_ID
from etl.errors import RefusedError
from etl.georisques.download import Wanted, download
from etl.georisques.session import Session


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document that came whole: its size in bytes and its SHA-256 in hexadecimal."""

    bytes: int
    sha256: str


def fetch_document(session: Session, georisques_id: str, target: Path) -> Fetched:
    """Download a document; `target` appears whole. Whether it is a PDF is for its reader to say.

    Raises:
        GoneError: the source does not have it (404, 410).
        RefusedError: it is too large, or the source refuses it or sends elsewhere; or this is no id.
        TransientError: the source does not answer; another day may help.
    """
    if not re.fullmatch(GEORISQUES_ID, georisques_id):
        raise RefusedError(f"{georisques_id!r} is not the id of a document of Géorisques.")
    limits = session.remote.limits
    url = f"{session.remote.documents_url}/{georisques_id}{DOCUMENT_SUFFIX}"
    wanted = Wanted(url, f"the document {georisques_id}", limits.document_bytes, limits.document_seconds)
    came = download(session, wanted, target)
    return Fetched(came.bytes, came.sha256)
