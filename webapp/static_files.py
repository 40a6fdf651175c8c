"""Style sheets, scripts, fonts: served by WhiteNoise under an address that names their content.

`/static/<version>/…` never changes its bytes, so browsers keep it; relative addresses inside the
style sheets stay within the version. Another version (a page from before a deployment) gets today's file,
kept for a minute.
"""

import hashlib
import logging
import shutil
import tempfile
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask, Response, current_app, send_from_directory
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from etl.settings import Settings

FOLDER = Path(__file__).parent / "static"
VERSION_KEY = "envinorma_static_version"
A_MINUTE = 60
KEPT_UNCOMPRESSED = ("woff2", "png", "gz")
# Scans are decoded by WebAssembly, in the worker alone: the policy of a worker is the one it comes with.
WORKER = "/pdf.worker.min.mjs"
# Any other file is a part of a page: opened by itself, it loads and runs nothing.
FILE_POLICY = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"

log = logging.getLogger(__name__)


def init_app(app: Flask, settings: Settings) -> None:
    """Serve the static files in front of the application and give templates `asset('theme.css')`."""
    version = version_of(FOLDER)
    prefix = f"/static/{version}/"
    server = WhiteNoise(
        app.wsgi_app,
        max_age=A_MINUTE,
        immutable_file_test=lambda _path, url: url.startswith(prefix),
        add_headers_function=_add_headers,
        allow_all_origins=False,
    )
    server.add_files(str(compressed_copy(FOLDER, settings.run_dir / "static" / version)), prefix=prefix)
    app.wsgi_app = server  # type: ignore[method-assign]  # Flask's own way to put a middleware in front
    app.extensions[VERSION_KEY] = version
    app.add_url_rule("/static/<version>/<path:name>", "static_of_another_version", other_version)
    app.jinja_env.globals["asset"] = asset_url


def asset_url(name: str) -> str:
    """Return the address of a static file, such as `theme.css`."""
    return f"/static/{current_app.extensions[VERSION_KEY]}/{name}"


def other_version(version: str, name: str) -> Response:
    """Answer a page from before or after a deployment with the file of today."""
    del version
    return send_from_directory(FOLDER, name, max_age=A_MINUTE)


def version_of(folder: Path) -> str:
    """Return a mark of all names and bytes under a folder."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(str(path.relative_to(folder)).encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def compressed_copy(folder: Path, target: Path) -> Path:
    """Return a copy of the folder with a `.gz` beside each file worth it; made once, by rename.

    Where the machine does not let us write, the folder itself comes back and files go out as they are.
    """
    if target.exists():
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f"{target.name}-", dir=target.parent))
        shutil.copytree(folder, aside, dirs_exist_ok=True)
        compressor = Compressor(extensions=KEPT_UNCOMPRESSED, use_brotli=False, quiet=True)
        for path in [path for path in aside.rglob("*") if path.is_file()]:
            if compressor.should_compress(path.name):
                compressor.compress(str(path))
        aside.chmod(0o755)
        return _put_in_place(aside, target)
    except OSError as error:
        log.warning("Static files go out uncompressed: %s cannot be written (%s).", target, error)
        return folder


def _put_in_place(aside: Path, target: Path) -> Path:
    """Rename the finished copy; another process may have been faster with the same bytes."""
    try:
        aside.rename(target)
    except OSError:
        if not target.exists():
            raise
        shutil.rmtree(aside)
    return target


def _add_headers(headers: Headers, _path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Content-Security-Policy"] = WORKER_POLICY if url.endswith(WORKER) else FILE_POLICY
