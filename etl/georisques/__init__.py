"""Step 2, the fetch: which prefectoral orders there are, and their files, from Géorisques."""

from etl.fetching.answers import BusyError, GoneError
from etl.georisques.document_types import AP_TYPE
from etl.georisques.dump import Dump, fetch_dump
from etl.georisques.listing import DATASET, IDS_KEY, PRIVATE_FOLDER, STEP, list_orders
from etl.georisques.orders import OcrStatus, write_aps
from etl.georisques.pdf import Fetched, fetch_document
from etl.georisques.session import Session, connected
from etl.georisques.source import Limits, Remote

__all__ = [
    "AP_TYPE",
    "DATASET",
    "IDS_KEY",
    "PRIVATE_FOLDER",
    "STEP",
    "BusyError",
    "Dump",
    "Fetched",
    "GoneError",
    "Limits",
    "OcrStatus",
    "Remote",
    "Session",
    "connected",
    "fetch_document",
    "fetch_dump",
    "list_orders",
    "write_aps",
]
