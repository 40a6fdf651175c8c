"""Lines of JSON: what is in them, and what is not."""

import json
import logging

from etl.logs import JsonFormatter


def record(message: str, *values: object, **more: object) -> logging.LogRecord:
    made = logging.LogRecord("etl.some.module", logging.WARNING, __file__, 1, message, values, None)
    vars(made).update(more)
    return made


def test_one_line_says_when_how_serious_where_and_what() -> None:
    line = JsonFormatter().format(record("three\nlines \u2028 of %s", "text"))

    assert len(line.splitlines()) == 1
    told = json.loads(line)
    assert {"level": "WARNING", "logger": "etl.some.module"}.items() <= told.items()
    assert told["message"] == "three\nlines \u2028 of text"
    assert told["at"].endswith("+00:00")


def test_what_a_library_attaches_does_not_leave() -> None:
    assert "secret" not in JsonFormatter().format(record("text", password="secret"))


def test_fields_of_the_moment_are_added_and_texts_are_cleaned() -> None:
    formatter = JsonFormatter(lambda: {"step": "sync"}, lambda text: text.replace("Dupont", "…"))
    try:
        int("Dupont")
    except ValueError as error:
        line = formatter.format(record("of %s", "Dupont", exc_info=(ValueError, error, error.__traceback__)))

    told = json.loads(line)
    assert (told["message"], told["step"]) == ("of …", "sync")
    assert "ValueError: invalid literal for int() with base 10: '…'" in told["exception"]
    assert "test_logs.py" in told["exception"]
