"""LibreOffice for the tests of the exports."""

import shutil

import pytest

from tests.office import Office


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """LibreOffice with a profile for this session."""
    assert shutil.which("soffice"), "LibreOffice is missing: make setup installs it"
    return Office(tmp_path_factory.mktemp("office"))
