"""Makes prefectoral orders searchable: scans are read, text that is there is kept, nothing stops the others.

`read_documents` is the door for the steps, `python -m etl ocr` the one for people. Only the processes of
`etl.ocr.worker` open documents; this side counts, waits and writes names.
"""

from etl.ocr.batch import Job, Options, Result, read_documents
from etl.ocr.limits import Limits, usable_cores
from etl.ocr.models import EngineMissingError, engine_name, find_models
from etl.ocr.outcomes import Decision, DocumentOutcome, Failure, PageOutcome, Status

__all__ = [
    "Decision",
    "DocumentOutcome",
    "EngineMissingError",
    "Failure",
    "Job",
    "Limits",
    "Options",
    "PageOutcome",
    "Result",
    "Status",
    "engine_name",
    "find_models",
    "read_documents",
    "usable_cores",
]
