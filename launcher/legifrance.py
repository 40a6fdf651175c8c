"""Légifrance on this machine, for the demo: a local server answers for its orders, unless keys are given."""

import os
import sys

from pydantic import SecretStr

from etl.settings import ROOT, Settings
from launcher.legifrance_server import API, KEYS, TOKEN
from launcher.ports import LOOPBACK, choose_port
from launcher.supervision import Child, Program, Supervisor


def with_local_legifrance(settings: Settings) -> Settings:
    """Return the settings with a local Légifrance, which `start_legifrance` starts; own keys are kept."""
    if settings.legifrance_client_id:
        return settings
    port = choose_port(0, "LEGIFRANCE_API_URL", "the local Légifrance")
    url = f"http://{LOOPBACK}:{port}"
    return settings.model_copy(
        update={
            "legifrance_client_id": KEYS["client_id"],
            "legifrance_client_secret": SecretStr(KEYS["client_secret"]),
            "legifrance_token_url": url + TOKEN,
            "legifrance_api_url": url + API,
            "legifrance_hosts": LOOPBACK,
            "legifrance_pause_seconds": 0.0,
        }
    )


def start_legifrance(settings: Settings, supervisor: Supervisor) -> Child | None:
    """Start the local Légifrance that the settings name, without waiting; None where it is not ours."""
    if (settings.legifrance_client_id, settings.legifrance_hosts) != (KEYS["client_id"], LOOPBACK):
        return None
    port = settings.legifrance_api_url.removesuffix(API).rpartition(":")[2]
    command = [sys.executable, "-m", "launcher.legifrance_server", port]
    return supervisor.start(Program("legifrance", command, {**os.environ, "PYTHONPATH": str(ROOT)}, ROOT))
