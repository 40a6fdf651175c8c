"""`python -m etl import-ams` and `export-ams` as a person runs them."""

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from etl.cli import commands
from etl.errors import RefusedError
from etl.settings import Settings, load_settings
from launcher.airflow_environment import settings_variables
from tests.ams import WAREHOUSES, contradicted, demo_archive
from tests.editors import make_editor
from tests.site_visits import run, visitor_of
from webapp.backoffice import store

pytestmark = pytest.mark.postgres


def etl(settings: Settings, monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> str:
    """Run a command with the variables of these settings; return what it says, a refusal with its name."""
    for name, value in settings_variables(settings).items():
        monkeypatch.setenv(name, value)
    load_settings.cache_clear()
    done = CliRunner().invoke(commands, [str(argument) for argument in arguments])
    load_settings.cache_clear()
    if isinstance(done.exception, RefusedError):
        return f"refused: {done.exception}"
    assert done.exit_code == 0, done.output
    return done.output


def edit(settings: Settings, *, spoil: bool = False) -> None:
    """Save an order on the site, as an editor."""
    for visitor in visitor_of(settings):
        if not run(settings, "SELECT count(*) FROM backoffice.editors"):
            make_editor(visitor.application, "ada", "editor")
        with visitor.application.app_context():
            held = store.read_order(WAREHOUSES)
            assert held is not None
            held.document["title"]["text"] += ", retouché"
            if spoil:
                contradicted(held.document)
            store.save(WAREHOUSES, held.version, held.document, held.metadata, store.Edit(1, "text"))


def contents(archive: Path) -> dict[str, object]:
    """The orders of an archive."""
    with zipfile.ZipFile(archive) as opened:
        return {name: json.loads(opened.read(name)) for name in opened.namelist()}


def test_an_edited_order_is_kept_until_it_is_to_be_replaced(
    office_settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    archive, output = demo_archive(tmp_path / "in.zip"), tmp_path / "out.zip"
    filled = etl(office_settings, monkeypatch, "import-ams", "--archive", archive)
    assert "8 orders new in the back-office" in filled
    etl(office_settings, monkeypatch, "export-ams", "--output", output)
    assert contents(output) == contents(archive)

    edit(office_settings)
    refused = etl(office_settings, monkeypatch, "import-ams", "--archive", archive)
    assert refused.startswith("refused: 1 of the orders were edited")
    assert f"since they were imported: {WAREHOUSES}" in refused
    assert "--replace" in refused
    etl(office_settings, monkeypatch, "export-ams", "--output", output)
    assert contents(output) != contents(archive)

    replaced = etl(office_settings, monkeypatch, "import-ams", "--archive", archive, "--replace")
    assert "1 with a new version" in replaced
    assert run(office_settings, "SELECT max(version) FROM backoffice.orders") == 3
    etl(office_settings, monkeypatch, "export-ams", "--output", output)
    assert contents(output) == contents(archive)


def test_without_a_file_the_bucket_has_it_and_a_refusal_is_recorded(
    office_settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    etl(office_settings, monkeypatch, "import-ams", "--archive", demo_archive(tmp_path / "in.zip"))
    etl(office_settings, monkeypatch, "export-ams")
    latest = Path(office_settings.bucket_url("am")) / "ams" / "latest.zip"
    before = latest.read_bytes()
    assert etl(office_settings, monkeypatch, "export-ams").startswith("Nothing changed.")

    edit(office_settings, spoil=True)
    refused = etl(office_settings, monkeypatch, "export-ams")
    assert refused.startswith(f"refused: Nothing was published. {WAREHOUSES}")
    assert latest.read_bytes() == before
    said = "SELECT outcome || ' ' || message FROM dataset_runs ORDER BY id DESC LIMIT 1"
    assert str(run(office_settings, said)).startswith(f"refused Nothing was published. {WAREHOUSES}")
