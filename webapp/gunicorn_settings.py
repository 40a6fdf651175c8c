"""How gunicorn serves the site: `gunicorn --config webapp/gunicorn_settings.py webapp.wsgi:app`.

Where it listens can be said on the command line (`--bind`); the default is the loopback.
"""

import os
from typing import Any

from etl.settings import load_settings
from webapp.operation import workers as _counting

_settings = load_settings()

bind = f"127.0.0.1:{_settings.web_port}"
workers = _settings.web_workers
worker_class = "gthread"
threads = 4
# Nothing but HTTP: the workers are told by signals.
control_socket_disable = True
# Each worker loads the code: a reload (HUP) then brings the new one while the socket stays open.
preload_app = False
timeout = 30
graceful_timeout = 10
keepalive = 5
# A worker is renewed now and then, not all at once: a leak never grows for long.
max_requests = 20_000
max_requests_jitter = 2_000
# Workers write their heartbeat to memory: a slow disk is no reason to kill them.
worker_tmp_dir = "/dev/shm"  # noqa: S108  (gunicorn makes its own unguessable file there)

accesslog = "-"
errorlog = "-"
logger_class = "webapp.access_log.JsonLogger"

# Where workers count requests (prometheus-client reads this variable): one folder for each master.
raw_env = [f"{_counting.FOLDER_VARIABLE}={_counting.new_folder(_settings.run_dir, os.getpid())}"]


def pre_fork(server: Any, worker: Any) -> None:
    """Give a worker the place in which it counts."""
    _counting.take_slot(worker, list(server.WORKERS.values()))


def post_fork(server: Any, worker: Any) -> None:  # noqa: ARG001  (gunicorn's signature)
    """Let a worker count in its place."""
    _counting.enter_slot(worker)


def child_exit(server: Any, worker: Any) -> None:  # noqa: ARG001  (gunicorn's signature)
    """Forget what an ended worker held."""
    _counting.leave_slot(worker)
