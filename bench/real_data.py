"""Where the real data lies, for benchmarks that have rows on it."""

import os
from pathlib import Path


def real_data_folder() -> Path | None:
    """Return the folder that ENVINORMA_DATA names, or None where it is not set."""
    given = os.environ.get("ENVINORMA_DATA")
    return Path(given) if given else None
