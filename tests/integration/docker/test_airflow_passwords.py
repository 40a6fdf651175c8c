"""The passwords of Airflow's sign-in: drawn once for people, given for the site."""

import json
import stat
from pathlib import Path

import pytest

from docker import airflow_passwords
from etl.settings import load_settings


def prepare(file: Path, monkeypatch: pytest.MonkeyPatch, of_site: str) -> dict[str, str]:
    """Prepare as at a start with this password of the site; return what is in the file."""
    monkeypatch.setenv("AIRFLOW_API_PASSWORD", of_site)
    load_settings.cache_clear()
    airflow_passwords.write_passwords(file)
    load_settings.cache_clear()
    made: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return made


def test_that_of_people_stays_and_that_of_the_site_is_the_one_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "passwords.json"
    first = prepare(file, monkeypatch, "")
    assert (list(first), len(first["admin"]) > 20) == (["admin"], True)
    assert prepare(file, monkeypatch, "one") == {**first, "site": "one"}
    assert prepare(file, monkeypatch, "another") == {**first, "site": "another"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]
