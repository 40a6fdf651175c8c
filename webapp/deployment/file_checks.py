"""Checks of files and buckets: secrets that others can read, buckets that do not answer."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from etl.errors import StepError
from etl.settings import Settings
from etl.settings_files import SUFFIX
from etl.storage import bucket, explained
from webapp.deployment.surroundings import Surroundings

BUCKETS: tuple[Literal["misc", "ap", "am"], ...] = ("misc", "ap", "am")


def secret_files(place: Surroundings) -> Iterator[str]:
    """A file of secrets is for the service's account alone."""
    if place.env_file.exists() and is_open_to_others(place.env_file):
        yield f"{place.env_file} can be read by every account of this machine. `chmod o= {place.env_file}`."
    if place.is_container:
        # The engine mounts them one by one: what closes them is their folder, on the host.
        return
    for name, path in given_files(place).items():
        if path.exists() and is_open_to_others(path):
            yield f"{path} ({name}) can be read by every account of this machine. `chmod o= {path}`."


def given_files(place: Surroundings) -> dict[str, Path]:
    """Return the files that hold settings, by the variable that names each."""
    names = {f"{name.upper()}{SUFFIX}" for name in Settings.model_fields}
    return {name: Path(place.variables[name]) for name in sorted(names & place.variables.keys())}


def is_open_to_others(path: Path) -> bool:
    """Tell whether any account can read a file: it, and every folder on the way to it, lets others in."""
    path = path.resolve()
    return bool(path.stat().st_mode & stat.S_IROTH) and all(
        folder.stat().st_mode & stat.S_IXOTH for folder in path.parents
    )


def buckets(place: Surroundings) -> Iterator[str]:
    """Without its buckets the site gives out no document."""
    for name in BUCKETS:
        try:
            folder = bucket(place.settings, name)
            with explained(folder):
                next(iter(folder.iterdir()), None)
        except (StepError, OSError) as error:
            yield f"The bucket {name} cannot be read: {error} Correct {name.upper()}_BUCKET or S3_*."
