from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def demo_documents(demo_ams: Path) -> list[dict[str, Any]]:
    return [json.loads(file.read_bytes()) for file in sorted(demo_ams.glob("*.json"))]


@pytest.fixture(scope="session")
def real_documents(real_data: Path) -> dict[str, dict[str, Any]]:
    """The decoded files of the real orders by cid; to be left unchanged."""
    with zipfile.ZipFile(real_data / "ams.zip") as archive:
        documents = [json.loads(archive.read(name)) for name in sorted(archive.namelist())]
    return {document["id"]: document for document in documents}
