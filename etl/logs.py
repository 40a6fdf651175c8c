"""Log lines as JSON, one object a line, holding what is named here and nothing else.

The standard library's logging with a formatter of our own: what libraries attach to a record never leaves,
and Airflow's processes, which configure structlog for themselves, are not touched.
"""

import json
import logging
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

# Ours speak from INFO on, libraries when something is wrong.
OUR_PACKAGES = ("etl", "webapp", "regulation")


def nothing_more() -> Mapping[str, object]:
    """Return no further field."""
    return {}


def as_it_is(text: str) -> str:
    """Return a text unchanged."""
    return text


class JsonFormatter(logging.Formatter):
    """Writes when, how serious, from which module, what, the exception if any, and fields of the moment."""

    def __init__(
        self,
        fields: Callable[[], Mapping[str, object]] = nothing_more,
        clean: Callable[[str], str] = as_it_is,
    ) -> None:
        """Take what gives further fields for a line, and what takes out of a text what must not be kept."""
        super().__init__()
        self._fields = fields
        self._clean = clean

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._clean(record.getMessage()),
        }
        if record.exc_info:
            line["exception"] = self._clean(self.formatException(record.exc_info))
        return json.dumps({**line, **self._fields()}, ensure_ascii=True, default=str)


def write_logs(formatter: logging.Formatter, level: int = logging.INFO) -> None:
    """Send every log line of this process to the standard error, ours from a level on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)
    for package in OUR_PACKAGES:
        logging.getLogger(package).setLevel(level)
