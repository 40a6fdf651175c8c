"""Géorisques on this machine: the dump of a data folder and its documents, given out by a local server.

The demo prints its own orders. Another folder may hold a few PDFs in `aps/`: these are given out as documents
of some of its installations, which is said to the person who looks at the pages.
"""

import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import httpx
import pyarrow as pa

from etl.georisques import Dump
from etl.georisques.documents import values_of
from etl.georisques.listing import published_sites, read_listing
from etl.settings import ROOT, Settings
from etl.storage import bucket
from launcher.console import LaunchError
from launcher.dump import pack_dump
from launcher.georisques_server import DOCUMENTS
from launcher.parts import DEMO, GEORISQUES_FILES
from launcher.ports import LOOPBACK, choose_port
from launcher.supervision import Child, Program, Supervisor, end_of

ARCHIVE = "georisques_data.tar.gz"
READY_SECONDS = 60
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class LocalSource:
    """The local stand-in of Géorisques.

    Attributes:
        data: the data folder whose `georisques/` and `aps/` it gives out.
        served: the folder that the server shows.
        port: of the server.
    """

    data: Path
    served: Path
    port: int

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def pdfs(self) -> list[Path]:
        """The PDFs of the data folder, by name: those of one installation stand together."""
        return sorted((self.data / "aps").glob("*.pdf"))

    def settings(self, settings: Settings) -> Settings:
        """Return the settings with this as the source of prefectoral orders."""
        return settings.model_copy(
            update={
                "georisques_dump_url": f"{self.url}/{ARCHIVE}",
                "georisques_documents_url": f"{self.url}/{DOCUMENTS}",
                "georisques_hosts": LOOPBACK,
                "georisques_late_days": 0,  # a folder is as old as it is
            }
        )

    def document(self, georisques_id: str) -> Path:
        """Return where the document of an id lies."""
        return self.served / DOCUMENTS / f"{georisques_id}.pdf"


@dataclass(frozen=True)
class Loan:
    """A PDF that is given out as an order of an installation that it is not of."""

    pdf: Path
    georisques_id: str
    s3ic_id: str
    dated_on: str

    def __str__(self) -> str:
        day = f" of {self.dated_on}" if self.dated_on else ""
        return f"aps/{self.pdf.name} is given out as the order{day} of {self.s3ic_id} ({self.georisques_id})"


def choose_source(data: Path, run_dir: Path) -> LocalSource:
    """Return the stand-in of a data folder, on a free port."""
    port = choose_port(0, "GEORISQUES_DUMP_URL", "the local Géorisques")
    return LocalSource(data, run_dir / "georisques", port)


def start_source(source: LocalSource, supervisor: Supervisor) -> Child:
    """Start the server, without waiting for it; the demo's orders are printed first."""
    source.served.mkdir(parents=True, exist_ok=True)
    for old in (source.served / DOCUMENTS).rglob("*.pdf"):
        old.unlink()
    contents = {Path(name).name: (source.data / name).read_bytes() for name in GEORISQUES_FILES}
    (source.served / ARCHIVE).write_bytes(pack_dump(contents, newest_change(source.data)))
    command = [sys.executable, "-m", "launcher.georisques_server", str(source.served), str(source.port)]
    if source.data == DEMO:
        command.append("--demo")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return supervisor.start(Program("georisques", command, environment, ROOT))


def wait_for_source(source: LocalSource, supervisor: Supervisor, server: Child) -> None:
    """Wait until the dump and the documents can be fetched.

    Raises:
        LaunchError: they cannot within a minute; the sentence holds the end of its log.
    """
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        supervisor.check()
        with suppress(httpx.TransportError):
            if httpx.head(f"{source.url}/{ARCHIVE}", timeout=5).is_success:
                return
        time.sleep(POLL_SECONDS)
    raise LaunchError(f"The local Géorisques is not ready after {READY_SECONDS} s. {end_of(server.log)}")


def newest_change(data: Path) -> int:
    """Return when the metadata of a data folder was last changed, in seconds since 1970."""
    return int(max((data / name).stat().st_mtime for name in GEORISQUES_FILES))


def lend_documents(source: LocalSource, settings: Settings) -> list[Loan]:
    """Give the PDFs of the data folder out as orders of installations that are published now.

    Raises:
        RefusedError: no installation is published, or the metadata cannot be used.
    """
    documents, types = (source.data / name for name in GEORISQUES_FILES)
    today = datetime.now(UTC).date()
    dump = Dump(documents, types, sha256="", bytes=0, dated_on=today)
    listing = read_listing(dump, published_sites(bucket(settings, "misc")), today)
    loans = choose_loans(source.pdfs, listing.orders)
    for loan in loans:
        place = source.document(loan.georisques_id)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.symlink_to(loan.pdf)
    return loans


def choose_loans(pdfs: list[Path], orders: pa.Table) -> list[Loan]:
    """Return which order each PDF is given out as.

    PDFs whose names begin alike (up to the first `_`) are of one installation, and stay together: they go to
    the installations with the most orders, as their newest ones. PDFs that find no place are left out.
    """
    sites: dict[str, list[tuple[str, str]]] = {}
    columns = (values_of(orders, name) for name in ("installation_s3ic_id", "georisques_id", "date"))
    for site, georisques_id, day in zip(*columns, strict=True):
        sites.setdefault(site, []).append((georisques_id, day))
    most_first = sorted(sites.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    together = [list(group) for _, group in groupby(pdfs, key=lambda pdf: pdf.name.partition("_")[0])]
    return [
        Loan(pdf, georisques_id, site, day)
        for group, (site, listed) in zip(together, most_first, strict=False)
        for pdf, (georisques_id, day) in zip(reversed(group), listed, strict=False)
    ]
