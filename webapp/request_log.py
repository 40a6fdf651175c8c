"""What a log line may say of a request: its id and its route; what the person sent is taken out of texts.

The id is that of the proxy in front where one is trusted, else made here; the answer bears it in
`X-Request-ID`, and pages of errors show it.
"""

import re
import unicodedata
import uuid
from collections.abc import Iterator, Mapping

from flask import Flask, Response, has_request_context, request

from etl.logs import JsonFormatter, write_logs
from webapp.configuration import current_settings

HEADER = "X-Request-ID"
ID_KEY = "envinorma.request_id"
ROUTE_KEY = "envinorma.route"
NO_ROUTE = "unmatched"
ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
# Shorter ones say nothing of anybody, and would be found in every word.
SHORTEST_VALUE = 3
TAKEN_OUT = "…"


def init_app(app: Flask) -> None:
    """Give every request its id, and say it in the answer."""
    app.before_request(name_request)
    app.after_request(tell_id)
    app.jinja_env.globals["request_id"] = request_id


def write_request_logs() -> None:
    """Write the logs of a serving process as JSON, with the request that each line belongs to."""
    write_logs(JsonFormatter(request_fields, without_person))


def name_request() -> None:
    """Keep the id and the route of the request where the log of the server finds them too."""
    request.environ[ID_KEY] = given_id() or uuid.uuid4().hex
    request.environ[ROUTE_KEY] = route()


def tell_id(response: Response) -> Response:
    """Send the id with the answer."""
    response.headers[HEADER] = request_id()
    return response


def given_id() -> str | None:
    """Return the id that a trusted proxy gave, None where there is none or it is not one."""
    given = request.headers.get(HEADER, "")
    is_believed = current_settings().trusted_proxies > 0 and ACCEPTABLE_ID.fullmatch(given)
    return given if is_believed else None


def request_id() -> str:
    """Return the id of this request."""
    return str(request.environ.get(ID_KEY, ""))


def route() -> str:
    """Return the template of the address that was asked for, never the address itself."""
    return request.url_rule.rule if request.url_rule else NO_ROUTE


def request_fields() -> Mapping[str, object]:
    """Return the fields of a log line that say which request it belongs to; none outside of one."""
    if not has_request_context():
        return {}
    return {"request_id": request_id(), "method": request.method, "route": route()}


def request_tags() -> Mapping[str, str]:
    """Return the same for where errors are collected."""
    return {name: str(value) for name, value in request_fields().items()}


def without_person(text: str) -> str:
    """Return a text without what came from the person of this request: values, cookies, addresses."""
    if not has_request_context():
        return text
    values = sorted(set(_sent_values()), key=len, reverse=True)
    if not values:
        return text
    return re.sub("|".join(map(re.escape, values)), TAKEN_OUT, text, flags=re.IGNORECASE)


def _sent_values() -> Iterator[str]:
    """Give what a person sent, and each longer word of what they typed: errors may quote a part of it.

    A search is folded before it reaches the database: without its accents it is the person's all the same.
    """
    yield from _headers()
    # A form that was not read yet is in no text either.
    form = vars(request).get("form") or {}
    for value in (*request.args.values(), *form.values()):
        parts = [part for part in (value, *re.findall(r"\w{4,}", value)) if len(part) >= SHORTEST_VALUE]
        yield from (*parts, *map(_without_accents, parts))


def _without_accents(text: str) -> str:
    return "".join(
        letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter)
    )


def _headers() -> Iterator[str]:
    addresses = request.headers.get("X-Forwarded-For", "").split(",")
    sent = (
        request.remote_addr or "",
        request.headers.get("User-Agent", ""),
        request.query_string.decode("latin-1"),
        *(address.strip() for address in addresses),
        *request.cookies.values(),
    )
    yield from (value for value in sent if len(value) >= SHORTEST_VALUE)
