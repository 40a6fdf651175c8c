"""Publishes a set and kills itself at a given moment: `killed_publisher.py PLACE SOURCE_DIR < BUCKETS`.

Each line of the standard input is a bucket. In the first nothing is killed and the moments are counted; then
one process for each moment publishes into the next bucket and dies there (SIGKILL). The names of the moments
go to the standard output, one a line. PLACE is `folder` (a moment is any use of the file system: opening,
renaming, removing, locking) or `store` (a moment comes before any operation on the object store).
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from etl import storage
from etl.settings import load_settings
from etl.stores import ObjectStore

EVENTS = {
    "open",
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "fcntl.flock",
    "shutil.copyfile",
    "shutil.rmtree",
}
REQUESTS = ("put", "write", "read", "exists", "move", "remove", "remove_all", "pending_names")


class Moments:
    """Counts moments, and ends this process at the chosen one."""

    def __init__(self, last: int | None) -> None:
        self.last = last
        self.names: list[str] = []

    def pass_by(self, name: str) -> None:
        """Note a moment, or end at it."""
        if len(self.names) == self.last:
            os.kill(os.getpid(), signal.SIGKILL)
        self.names.append(name)


def watch_folder(moments: Moments, root: str) -> None:
    def on_event(event: str, arguments: tuple[object, ...]) -> None:
        concerned = event == "fcntl.flock" or any(root in str(argument) for argument in arguments)
        if event in EVENTS and concerned:
            moments.pass_by(event)

    sys.addaudithook(on_event)


def watch_store(moments: Moments) -> None:
    def watched(name: str, method: Callable[..., object]) -> Callable[..., object]:
        def call(self: ObjectStore, *arguments: object) -> object:
            moments.pass_by(name)
            return method(self, *arguments)

        return call

    for name in REQUESTS:
        setattr(ObjectStore, name, watched(name, getattr(ObjectStore, name)))


def publish(place: str, bucket: str, source: Path, last: int | None) -> list[str]:
    """Publish every file below a folder; does not come back when the last moment is reached."""
    os.environ["MISC_BUCKET"] = bucket
    load_settings.cache_clear()
    moments = Moments(last)
    files = {str(path.relative_to(source)): path for path in sorted(source.rglob("*")) if path.is_file()}
    if place == "folder":
        watch_folder(moments, bucket)
    else:
        watch_store(moments)
    storage.publish(storage.bucket(load_settings(), "misc"), files)
    return moments.names


def in_a_child(place: str, bucket: str, source: Path, last: int | None) -> tuple[int, list[str]]:
    """Return how a forked process ended, and the moments it passed if it lived."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        names = publish(place, bucket, source, last)
        os.write(writer, "\n".join(names).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        names = answer.read().decode().splitlines()
    return os.waitpid(child, 0)[1], names


def main() -> None:
    place, source = sys.argv[1], Path(sys.argv[2])
    buckets = [line.strip() for line in sys.stdin]
    status, names = in_a_child(place, buckets[0], source, None)
    assert status == 0, "the publication that nobody kills failed"
    assert len(names) < len(buckets), f"{len(names)} moments and only {len(buckets) - 1} buckets for them"
    for last, bucket in zip(range(len(names)), buckets[1:], strict=False):
        status, _ = in_a_child(place, bucket, source, last)
        assert status == signal.SIGKILL, f"the publisher was to die at moment {last}, but ended with {status}"
    sys.stdout.write("\n".join(names) + "\n")


if __name__ == "__main__":
    main()
