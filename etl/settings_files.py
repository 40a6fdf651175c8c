"""Secrets in files: the value of NAME is read from the file that NAME_FILE names."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from etl.errors import SettingsError

SUFFIX = "_FILE"


class FileSource(PydanticBaseSettingsSource):
    """The settings that are given as the name of a file; NAME itself, where it is set, wins."""

    def __init__(self, settings: type[BaseSettings], variables: Mapping[str, str | None]) -> None:
        """Look at these variables, whose names are in lower case."""
        super().__init__(settings)
        self._variables = variables

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the content of a setting's file, None where no file is named."""
        del field
        name = self._variables.get(f"{field_name}{SUFFIX.lower()}")
        return (read_setting(Path(name), field_name) if name else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return what the files say, by field."""
        found = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in found.items() if value is not None}


def read_setting(path: Path, name: str) -> str | None:
    """Return the text of a file without the line end that editors put there; None for an empty file.

    Raises:
        SettingsError: the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or "not UTF-8"
        raise SettingsError(f"{name.upper()}{SUFFIX} names {path}, which cannot be read ({cause}).") from None
    return text or None
