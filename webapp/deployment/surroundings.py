"""What the checks look at: settings, variables of other programs, files, the site as it would start."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from etl.errors import StepError
from etl.settings import ROOT, Settings
from webapp.configuration import SHORTEST_SECRET, THIS_MACHINE

# Left by the container engines in every container.
MARKS_OF_CONTAINERS = (Path("/.dockerenv"), Path("/run/.containerenv"))


class CannotTellError(Exception):
    """A check cannot be made here; the sentence says why."""


@dataclass(frozen=True)
class Surroundings:
    """Everything that the checks may look at.

    Attributes:
        settings: those that the site would start with.
        variables: variables of the process that are not settings (Airflow's, Flask's).
        env_file: where settings may lie in a file.
        is_container: whether this is a container, whose names without a dot are neighbours.
        make_site: makes the site from settings.
    """

    settings: Settings
    variables: Mapping[str, str]
    make_site: Callable[[Settings], Flask]
    env_file: Path = ROOT / ".env"
    is_container: bool = False

    @cached_property
    def site(self) -> Flask:
        """The site as it would start, with a key of its own where the given one is what is wrong.

        Raises:
            CannotTellError: it does not start.
        """
        key = self.settings.secret_key
        if key is None or len(key.get_secret_value()) < SHORTEST_SECRET:
            key = SecretStr(secrets.token_urlsafe(SHORTEST_SECRET))
        try:
            return self.make_site(self.settings.model_copy(update={"secret_key": key}))
        except StepError as error:
            raise CannotTellError(f"the site does not start: {error}") from None

    @property
    def visitor(self) -> FlaskClient:
        """Someone who asks the site from elsewhere, through the proxy."""
        client = self.site.test_client()
        client.environ_base |= {"REMOTE_ADDR": "203.0.113.7", "HTTP_X_FORWARDED_FOR": "203.0.113.7"}
        return client


Check: TypeAlias = Callable[[Surroundings], Iterator[str]]


def is_near(host: str | None, *, is_container: bool) -> bool:
    """Tell whether a host is this machine, or a neighbour on the containers' own network."""
    if not host or host.startswith("/") or host in THIS_MACHINE:
        return True
    return is_container and "." not in host and ":" not in host


def host_of(address: str) -> str:
    """Return the host of an address, empty where it has none."""
    return urlsplit(address).hostname or ""
