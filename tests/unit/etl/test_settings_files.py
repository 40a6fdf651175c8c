"""Settings whose value lies in a file: which one wins, and what is said where the file is not right."""

from pathlib import Path

import pytest

from etl.errors import SettingsError
from etl.settings import Settings, load_settings


def secret_file(folder: Path, text: str) -> Path:
    path = folder / "secret"
    path.write_text(text, encoding="utf-8")
    return path


def value(settings: Settings) -> str | None:
    return settings.secret_key.get_secret_value() if settings.secret_key else None


@pytest.mark.parametrize("text", ["a secret", "a secret\n", "a secret\r\n"])
def test_a_file_holds_the_value(monkeypatch, tmp_path, text):
    monkeypatch.setenv("SECRET_KEY_FILE", str(secret_file(tmp_path, text)))

    assert value(Settings(_env_file=None)) == "a secret"


def test_the_variable_itself_wins(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY_FILE", str(secret_file(tmp_path, "of the file")))
    monkeypatch.setenv("SECRET_KEY", "of the variable")

    assert value(Settings(_env_file=None)) == "of the variable"


def test_an_empty_variable_counts_as_unset(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY_FILE", str(secret_file(tmp_path, "of the file")))
    monkeypatch.setenv("SECRET_KEY", "")

    assert value(Settings(_env_file=None)) == "of the file"


def test_a_file_wins_over_dotenv_and_dotenv_may_name_one(monkeypatch, tmp_path):
    dotenv = tmp_path / ".env"
    path = secret_file(tmp_path, "of the file")
    dotenv.write_text("SECRET_KEY=of dotenv\n", encoding="utf-8")
    monkeypatch.setenv("SECRET_KEY_FILE", str(path))
    assert value(Settings(_env_file=dotenv)) == "of the file"

    monkeypatch.delenv("SECRET_KEY_FILE")
    assert value(Settings(_env_file=dotenv)) == "of dotenv"

    dotenv.write_text(f"SECRET_KEY_FILE={path}\n", encoding="utf-8")
    assert value(Settings(_env_file=dotenv)) == "of the file"


def test_numbers_come_from_files_as_well(monkeypatch, tmp_path):
    monkeypatch.setenv("WEB_WORKERS_FILE", str(secret_file(tmp_path, "7\n")))

    assert Settings(_env_file=None).web_workers == 7


def test_an_empty_file_counts_as_unset(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY_FILE", str(secret_file(tmp_path, "\n")))

    assert value(Settings(_env_file=None)) is None


def test_a_file_that_cannot_be_read_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "nowhere"))
    load_settings.cache_clear()

    with pytest.raises(
        SettingsError, match=r"SECRET_KEY_FILE names .*nowhere, which cannot be read \(No such"
    ):
        load_settings()
    load_settings.cache_clear()
