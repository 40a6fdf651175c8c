"""Style sheets, scripts and fonts: kept by browsers, compressed, never from elsewhere."""

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from etl.settings import Settings
from webapp import create_app
from webapp.static_files import FOLDER, VERSION_KEY, version_of

DANGEROUS = re.compile(
    r"\.(?:inner|outer)HTML\s*\+?=(?!=)|insertAdjacentHTML|document\.write|\beval\(|new Function|__proto__"
    r"|localStorage|sessionStorage|indexedDB|document\.cookie|\(\"message\""
)
NAMES = ["theme.css", "search.js", "vendor/bootstrap/bootstrap.min.css", "vendor/htmx/htmx.min.js"]


@pytest.mark.parametrize("name", NAMES)
def test_kept_for_ever_and_compressed(app: Flask, client: FlaskClient, name: str) -> None:
    answer = client.get(f"/static/{app.extensions[VERSION_KEY]}/{name}", headers={"Accept-Encoding": "gzip"})

    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == (FOLDER / name).read_bytes()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_webassembly_runs_in_the_worker_alone(app: Flask, client: FlaskClient) -> None:
    folder = f"/static/{app.extensions[VERSION_KEY]}/vendor/pdfjs"
    policy = client.get(f"{folder}/pdf.worker.min.mjs").headers["Content-Security-Policy"]

    assert policy == "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
    assert "script-src" not in client.get(f"{folder}/pdf.min.mjs").headers["Content-Security-Policy"]
    assert "wasm" not in client.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("pdf.min.mjs", "text/javascript"),
        ("pdf_viewer.mjs", "text/javascript"),
        ("wasm/jbig2.wasm", "application/wasm"),
        ("wasm/jbig2_nowasm_fallback.js", "text/javascript"),
    ],
)
def test_browsers_take_modules_by_their_type(app: Flask, client: FlaskClient, name: str, kind: str) -> None:
    answer = client.get(f"/static/{app.extensions[VERSION_KEY]}/vendor/pdfjs/{name}")

    assert answer.mimetype == kind


def test_a_page_of_another_version_gets_the_file_of_today(client: FlaskClient) -> None:
    answer = client.get("/static/0123456789ab/theme.css")

    assert answer.data == (FOLDER / "theme.css").read_bytes()
    assert "immutable" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["../models.py", "%2e%2e/models.py", "rien.css"])
def test_nothing_beside_the_folder(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/0123456789ab/{name}").status_code == 404


def test_the_version_follows_the_bytes(tmp_path: Path) -> None:
    file = tmp_path / "a.css"
    file.write_text("a{}")
    before = version_of(tmp_path)
    file.write_text("b{}")

    assert version_of(tmp_path) != before


def test_without_a_folder_to_write_files_go_out_as_they_are(
    lonely_settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    app = create_app(lonely_settings.model_copy(update={"run_dir": blocked}))

    answer = app.test_client().get(f"/static/{app.extensions[VERSION_KEY]}/theme.css")

    assert answer.data == (FOLDER / "theme.css").read_bytes()
    assert "uncompressed" in caplog.text


def test_pages_load_nothing_from_elsewhere(client: FlaskClient) -> None:
    loaded = re.findall(r'(?:src|href)="([^"]+)"[^>]*>', client.get("/").text)

    assert [url for url in loaded if not url.startswith(("/", "#", "https://www.etalab.gouv.fr/"))] == []


def test_styles_load_nothing_from_elsewhere() -> None:
    for sheet in FOLDER.rglob("*.css"):
        urls = re.findall(r"url\(\s*[\"']?([^\"')]+)", sheet.read_text(encoding="utf-8"))
        ours = [url for url in urls if url.startswith(("data:", "#")) or (sheet.parent / url).is_file()]
        assert urls == ours, sheet


def test_every_vendored_file_has_its_licence() -> None:
    for folder in (FOLDER / "vendor").iterdir():
        assert folder.name == "README.md" or (folder / "LICENSE").is_file(), folder


def test_scripts_write_no_markup_and_keep_nothing() -> None:
    scripts = [path for path in FOLDER.rglob("*.js") if "vendor" not in path.parts]
    found = {
        f"{path.name}: {match[0]}"
        for path in scripts
        for match in DANGEROUS.finditer(path.read_text("utf-8"))
    }

    assert len(scripts) > 5
    assert found == set()
