"""The site on this machine: gunicorn on the loopback."""

import os
import sys
import time

import httpx

from etl.settings import ROOT, Settings
from launcher.airflow_environment import settings_variables
from launcher.console import LaunchError
from launcher.ports import LOOPBACK
from launcher.supervision import Child, Program, Supervisor, end_of

READY_SECONDS = 90
POLL_SECONDS = 0.2


def start_site(settings: Settings, supervisor: Supervisor) -> Child:
    """Start the site on WEB_PORT, without waiting for it."""
    arguments = (
        "--config",
        "webapp/gunicorn_settings.py",
        "--no-control-socket",
        "--bind",
        f"{LOOPBACK}:{settings.web_port}",
    )
    command = (sys.executable, "-m", "gunicorn", *arguments, "webapp.wsgi:app")
    return supervisor.start(Program("site", command, site_environment(settings), ROOT))


def site_environment(settings: Settings) -> dict[str, str]:
    """Return the variables of the site and of its commands."""
    return {**os.environ, **settings_variables(settings), "PYTHONPATH": str(ROOT)}


def wait_for_site(settings: Settings, supervisor: Supervisor, site: Child) -> None:
    """Wait until the site says that it is well.

    Raises:
        LaunchError: it does not within a minute and a half; the sentence holds the end of its log.
    """
    address = f"http://{LOOPBACK}:{settings.web_port}/sante"
    deadline = time.monotonic() + READY_SECONDS
    answer = "no answer"
    while time.monotonic() < deadline:
        supervisor.check()
        try:
            found = httpx.get(address, timeout=5)
        except httpx.HTTPError as error:
            answer = str(error)
        else:
            if found.is_success:
                return
            answer = f"{found.status_code} {found.text[:200]}"
        time.sleep(POLL_SECONDS)
    raise LaunchError(
        f"The site is not ready after {READY_SECONDS} s ({address}: {answer}). {end_of(site.log)}"
    )
