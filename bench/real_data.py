"""Where the real data lies, for benchmarks that have rows on it."""

import os
import zipfile
from pathlib import Path

from etl.settings import ROOT


def real_data_folder() -> Path | None:
    """Return the folder that ENVINORMA_DATA names, or None where it is not set."""
    given = os.environ.get("ENVINORMA_DATA")
    return Path(given) if given else None


def orders_archive(folder: Path) -> Path:
    """Return the archive of the real ministerial orders, else of the demo's, written into a folder."""
    data = real_data_folder()
    if data is not None:
        return data / "ams.zip"
    archive = folder / "latest.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for file in sorted((ROOT / "demo" / "ams").glob("*.json")):
            target.write(file, file.name)
    return archive
