"""One line of JSON for each request, without anything of the person: no address, no query, no browser."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from gunicorn.glogging import Logger

from etl.logs import JsonFormatter
from webapp.request_log import ID_KEY, ROUTE_KEY

# What gunicorn writes of a request that it cannot serve: where it came from, and its whole address.
OF_THE_VISITOR = re.compile(r"(?<=ip=)[^\s:,]\S*|(?<=\?)\S+")


class JsonLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's logger with other lines."""

    def setup(self, cfg: Any) -> None:
        """Write gunicorn's own messages as JSON too."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonFormatter(clean=without_visitor))

    def access(
        self,
        resp: Any,
        req: Any,
        environ: Mapping[str, Any],
        request_time: timedelta,
    ) -> None:
        """Write the line of one request."""
        del req
        line = access_line(environ, str(resp.status), getattr(resp, "sent", None), request_time)
        self.access_log.info(json.dumps(line, ensure_ascii=True))


def access_line(
    environ: Mapping[str, Any], status: str, sent: int | None, request_time: timedelta
) -> dict[str, object]:
    """Return what is kept of a request: when, which path, what came of it, how long it took."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "request_id": environ.get(ID_KEY),
        "method": environ.get("REQUEST_METHOD"),
        "path": environ.get("PATH_INFO"),
        "route": environ.get(ROUTE_KEY),
        "status": int(status.split(maxsplit=1)[0]),
        "bytes": sent,
        "milliseconds": round(request_time.total_seconds() * 1000, 1),
    }


def without_visitor(message: str) -> str:
    """Return a message of gunicorn without the address of the visitor and without the query."""
    return OF_THE_VISITOR.sub("…", message)
