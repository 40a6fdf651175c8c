"""Step 2, the fetch: which prefectoral orders there are, and their files, from Géorisques."""

from etl.georisques.answers import BusyError, GoneError
from etl.georisques.dump import Dump, fetch_dump
from etl.georisques.pdf import Fetched, fetch_document
from etl.georisques.session import Session, connected
from etl.georisques.source import Limits, Remote

__all__ = [
    "BusyError",
    "Dump",
    "Fetched",
    "GoneError",
    "Limits",
    "Remote",
    "Session",
    "connected",
    "fetch_document",
    "fetch_dump",
]
