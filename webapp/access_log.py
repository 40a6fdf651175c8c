"""One line of JSON for each request, without anything of the person: no address, no query, no browser."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from gunicorn.glogging import Logger


class JsonLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's logger with another form of access line."""

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
        "method": environ.get("REQUEST_METHOD"),
        "path": environ.get("PATH_INFO"),
        "status": int(status.split(maxsplit=1)[0]),
        "bytes": sent,
        "milliseconds": round(request_time.total_seconds() * 1000, 1),
    }
