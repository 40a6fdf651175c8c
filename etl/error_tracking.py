"""Errors for a Sentry, where SENTRY_DSN is set: what failed and where in the code, no person, no secret.

Of an event only what is listed here leaves: no request, no cookie, no user, no host, no variable of a frame,
no line of the log before it.
"""

import logging
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from etl.errors import StepError
from etl.settings import Settings

# Seconds that a process which ends waits for its last event.
LAST_WORDS_SECONDS = 2
# Shorter ones are no secrets, and would be found in every word.
SHORTEST_SECRET = 6
SENT = frozenset({
    "event_id", "timestamp", "level", "platform", "logger", "release", "environment", "exception", "logentry",
    "message", "tags", "sdk", "type",
})  # fmt: skip
OF_A_FRAME = frozenset({"filename", "abs_path", "function", "module", "lineno", "in_app", "context_line"})

Clean = Callable[[str], str]
Event = dict[str, Any]


def nothing_more() -> Mapping[str, str]:
    """Return no tag."""
    return {}


def start(
    settings: Settings, tags: Callable[[], Mapping[str, str]] = nothing_more, clean: Clean = str
) -> bool:
    """Send errors that are logged from now on; return whether there is somewhere to send them.

    Args:
        settings: SENTRY_DSN and SENTRY_ENVIRONMENT.
        tags: gives what is known of the moment, such as the route.
        clean: takes out of a text what must not leave; secrets of the settings never do.
    """
    if settings.sentry_dsn is None:
        return False
    # Half a megabyte of code that most installations do without.
    import sentry_sdk  # noqa: PLC0415
    from sentry_sdk.integrations.atexit import AtexitIntegration  # noqa: PLC0415
    from sentry_sdk.integrations.dedupe import DedupeIntegration  # noqa: PLC0415
    from sentry_sdk.integrations.logging import LoggingIntegration  # noqa: PLC0415

    conceal = without_secrets(settings)
    sentry_sdk.init(
        dsn=settings.sentry_dsn.get_secret_value(),
        environment=settings.sentry_environment,
        # `send_default_pii` is left at its default, False: named, it warns that it will be replaced.
        include_local_variables=False,
        max_breadcrumbs=0,
        max_request_body_size="never",
        auto_session_tracking=False,
        default_integrations=False,
        integrations=[
            LoggingIntegration(level=None, event_level=logging.ERROR, sentry_logs_level=None),
            DedupeIntegration(),
            AtexitIntegration(callback=lambda *_: None),
        ],
        # Not asked of git, which would start a program.
        release="",
        shutdown_timeout=LAST_WORDS_SECONDS,
        server_name="",
        before_send=lambda event, _: scrubbed(dict(event), tags(), lambda text: clean(conceal(text))),  # type: ignore[arg-type,return-value]  # an event is a dict
    )
    return True


def report(error: BaseException, tags: Mapping[str, str], settings: Settings) -> None:
    """Send one error now, from a process that does nothing else with Sentry; without SENTRY_DSN, do nothing.

    What a step raises on purpose is no fault of the code: it is told on Slack, and not here.
    """
    if isinstance(error, StepError) or not _start_once(settings):
        return
    import sentry_sdk  # noqa: PLC0415  (as above)

    with sentry_sdk.new_scope() as scope:
        for name, value in tags.items():
            scope.set_tag(name, value)
        sentry_sdk.capture_exception(error)
    sentry_sdk.flush(timeout=LAST_WORDS_SECONDS)


def scrubbed(event: Event, tags: Mapping[str, str], clean: Clean) -> Event:
    """Return what may leave of an event."""
    kept = {name: value for name, value in event.items() if name in SENT}
    kept["tags"] = {**kept.get("tags", {}), **tags}
    for problem in kept.get("exception", {}).get("values", []):
        problem["value"] = clean(problem.get("value") or "")
        stack = problem.get("stacktrace") or {}
        stack["frames"] = [_frame(frame) for frame in stack.get("frames", [])]
        problem["stacktrace"] = stack
    if "logentry" in kept:
        entry = kept["logentry"]
        kept["logentry"] = {"message": clean(entry.get("formatted") or entry.get("message") or "")}
    if "message" in kept:
        kept["message"] = clean(kept["message"])
    return kept


def _frame(frame: Mapping[str, Any]) -> Event:
    return {name: value for name, value in frame.items() if name in OF_A_FRAME}


def without_secrets(settings: Settings) -> Clean:
    """Return what takes every secret of the settings out of a text, passwords of addresses included."""
    fields = (getattr(settings, name) for name in type(settings).model_fields)
    whole = [field.get_secret_value() for field in fields if isinstance(field, SecretStr)]
    passwords = [urlsplit(value).password or "" for value in whole if "://" in value]
    secrets = sorted({value for value in (*whole, *passwords) if len(value) >= SHORTEST_SECRET}, key=len)
    if not secrets:
        return str
    pattern = re.compile("|".join(re.escape(value) for value in reversed(secrets)))
    return lambda text: pattern.sub("***", text)


@cache
def _start_once(settings: Settings) -> bool:
    return start(settings)
