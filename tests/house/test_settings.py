"""`.env.example` lists every variable and nothing else, each with its meaning."""

from etl.settings import MANDATORY, Settings
from launcher.env_example import MANUAL, render_env_example, render_table, with_table
from tests.house.sources import ROOT


def example() -> str:
    """Return the file as it is."""
    return (ROOT / ".env.example").read_text(encoding="utf-8")


def test_the_example_names_every_setting_and_nothing_else():
    named = [line.partition("=")[0] for line in example().splitlines() if line and not line.startswith("#")]

    assert named == [name.upper() for name in Settings.model_fields]


def test_the_example_is_what_the_settings_say_now():
    assert example() == render_env_example(), "run `make format`"


def test_the_manual_has_every_setting():
    manual = MANUAL.read_text(encoding="utf-8")

    assert render_table() in manual, "run `make format`"
    assert with_table(manual) == manual


def test_every_setting_says_what_it_means():
    silent = [
        name for name, field in Settings.model_fields.items() if len((field.description or "").split()) < 2
    ]

    assert silent == []


def test_the_example_taken_as_it_is_changes_nothing(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    assert Settings(_env_file=ROOT / ".env.example") == Settings(_env_file=None)


def test_what_is_mandatory_is_a_setting():
    assert MANDATORY.keys() - Settings.model_fields.keys() == set()
