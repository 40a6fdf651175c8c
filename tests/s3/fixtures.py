"""The object store as a fixture; a conftest that wants it says `pytest_plugins = ["tests.s3.fixtures"]`."""

from collections.abc import Iterator

import pytest

from tests.s3.endpoint import Endpoint, running_endpoint


@pytest.fixture(scope="session")
def object_store() -> Iterator[Endpoint]:
    """A real S3 endpoint: one for each test process, started when first asked for."""
    with running_endpoint() as endpoint:
        yield endpoint
