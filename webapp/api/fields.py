"""Fields of questions and answers, with what a caller reads when a value is refused."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from marshmallow import Schema, fields, post_load, validate

SMALL_NUMBER = re.compile(r"[0-9]{1,6}")
LONGEST_TEXT = 200


class WholeNumber(fields.Integer):
    """A number of at most six digits, in plain digits: neither `1_0` nor ` 1` is one."""

    default_error_messages = {"invalid": "doit être un nombre entier"}  # noqa: RUF012  (marshmallow's own way)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if not SMALL_NUMBER.fullmatch(str(value)):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class Prepared(fields.Nested):
    """A value that has the form of a schema already; large trees are not gone through once more."""

    def _serialize(  # type: ignore[override]  # the library's own classes call the first one differently
        self, value: Any, attr: str | None, obj: Any, **kwargs: Any
    ) -> Any:
        del attr, obj, kwargs
        return value


class Question(Schema):
    """What may stand behind the `?` of an address; else is refused, so that a misspelling is seen."""

    error_messages = {"unknown": "paramètre inconnu"}  # noqa: RUF012  (marshmallow's own way)

    @post_load
    def _whole(self, given: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Return every parameter, None for those that were not given."""
        del kwargs
        return dict.fromkeys(self.fields) | given


def text(description: str) -> fields.String:
    """Return a parameter of free text."""
    limit = validate.Length(max=LONGEST_TEXT, error="doit avoir au plus {max} caractères")
    return fields.String(load_default="", validate=limit, metadata={"description": description})


def choice(known: Collection[str], description: str) -> fields.String:
    """Return a parameter that takes one of some values."""
    one = validate.OneOf(list(known), error="doit être l’une des valeurs {choices}")
    return fields.String(validate=one, metadata={"description": description})


def pattern(regex: str, description: str, example: str) -> fields.String:
    """Return a parameter of a form."""
    form = validate.Regexp(regex, error=f"n’a pas la forme attendue, par exemple {example}")
    return fields.String(validate=form, metadata={"description": description, "example": example})


def number(default: int, highest: int, description: str) -> WholeNumber:
    """Return a parameter that is a number from 1."""
    limits = validate.Range(1, highest, error="doit être compris entre {min} et {max}")
    return WholeNumber(load_default=default, validate=limits, metadata={"description": description})
