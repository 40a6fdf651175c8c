"""A restore that kills itself (SIGKILL) when it reaches a point; run as a process by test_restore.py.

    python -m tests.integration.backups.killed_restore POINT

POINT is the name of a function of `etl.backups.restoring` or of `etl.backups.server.Server`: the process dies
when it is called. With `after ` before it, it dies when the call has ended.
"""

import os
import signal
import sys
from typing import Any

from etl.backups import command, restoring
from etl.backups.server import Server
from etl.settings import load_settings


def main() -> None:
    """Restore the newest backup, and die at the point."""
    point = sys.argv[1]
    name = point.removeprefix("after ")
    place = Server if hasattr(Server, name) else restoring
    called = getattr(place, name)

    def die(*arguments: Any, **more: Any) -> None:
        if point.startswith("after "):
            called(*arguments, **more)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(place, name, die)
    restoring.SETTLED_AFTER_SECONDS = 0
    command.run_restore(load_settings(), file=None, key=None, into=None, progress=lambda _: None)


if __name__ == "__main__":
    main()
