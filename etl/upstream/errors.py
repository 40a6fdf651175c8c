"""What can go wrong with a source of texts, beside what can with any: the site says each in French."""

from etl.errors import RefusedError, SettingsError
from etl.fetching.answers import GoneError


class SourceUnsetError(SettingsError):
    """The source is not configured; the sentence names the variables."""


class UnknownTextError(GoneError):
    """The source answers, and knows no such text."""


class KeysRefusedError(SettingsError):
    """The source does not take our keys."""


class TooLargeError(RefusedError):
    """The answer is larger than any text is."""


class ShapeError(RefusedError):
    """The answer has another shape than documented (docs/decisions/0013).

    Attributes:
        field: the first field that is missing or of another kind, as a path from the top.
    """

    def __init__(self, source: str, field: str) -> None:
        super().__init__(
            f"The answer of {source} has no usable {field}. Its shape may have changed: see "
            "docs/decisions/0013-texts-from-their-sources.md."
        )
        self.field = field
