"""`make setup`: brings a bare machine with Python 3.11 to where `make run` or `make test` can begin.

Run by the system's Python as `python3 -m launcher.setup run|test`; standard library only. What is already
there is left alone: a second call only compares the lock files with what was installed.
"""

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.console import Details, LaunchError
from launcher.environment import Environment, prepare
from launcher.system import RUN_NEEDS, TEST_NEEDS, install_packages

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
LOCK = ROOT / "requirements.txt"
VENV = ROOT / ".venv"
RUN_ENVIRONMENT = Environment("the Python packages", VENV, (LOCK,))
TEST_ENVIRONMENT = Environment(
    "the Python packages with those of the tests", VENV, (LOCK, ROOT / "requirements-dev.txt")
)
# The object store of the tests has versions of its own: it lives apart.
STORE_ENVIRONMENT = Environment(
    "the object store of the tests", ROOT / ".venv-swift", (ROOT / "tests" / "s3" / "requirements-swift.txt",)
)


def set_up(level: str, details: Details) -> None:
    """Install what `run` or `test` needs and does not find.

    Raises:
        LaunchError: something cannot be installed; the sentence says what to do.
    """
    install_packages(RUN_NEEDS + (TEST_NEEDS if level == "test" else ()), details)
    prepare(TEST_ENVIRONMENT if level == "test" else RUN_ENVIRONMENT, LOCK, None, details)
    if level == "test":
        prepare(STORE_ENVIRONMENT, LOCK, VENV / "bin" / "uv", details)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait for another set-up of this folder to end."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "setup.lock").open("w", encoding="ascii") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Run the set-up of the level named on the command line; 0 when everything is there."""
    if sys.argv[1:] not in (["run"], ["test"]):
        print("usage: python3 -m launcher.setup run|test", file=sys.stderr)
        return 2
    if sys.version_info[:2] != (3, 11):
        print(f"Python 3.11 is needed, this is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    try:
        with one_at_a_time():
            set_up(sys.argv[1], Details(CACHE / "setup.log"))
    except LaunchError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "\nStopped; what was installed so far stays, and the next call goes on from there.",
            file=sys.stderr,
        )
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
