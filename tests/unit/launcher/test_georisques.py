"""The local Géorisques: which PDF stands for which order, and what its server gives out."""

import gzip
import io
import socket
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import httpx
import pytest
from pyarrow import table

from etl.georisques import Remote
from etl.georisques.documents import encoded
from etl.settings import ROOT, Settings
from launcher.dump import pack_dump
from launcher.georisques import LocalSource, choose_loans, choose_source
from launcher.parts import DEMO


def orders(*sites: str):
    """A table of orders: one for each letter, of the site of that letter, the newest first."""
    return table(
        {
            "installation_s3ic_id": encoded(sites),
            "georisques_id": encoded(f"{site}{place}" for place, site in enumerate(sites)),
            "date": encoded(f"20{20 - place}-01-01" for place in range(len(sites))),
        }
    )


def pdfs(*names: str) -> list[Path]:
    return [Path("/data/aps") / f"{name}.pdf" for name in sorted(names)]


def test_pdfs_of_one_installation_stay_together_as_its_newest_orders() -> None:
    given = pdfs("0003_2021_AP", "0003_2023_APC", "0005_2005_AP", "0005_2007_AP", "0005_2025_APC")
    loans = choose_loans(given, orders("a", "b", "b", "b", "c", "c"))
    assert [(loan.pdf.stem, loan.s3ic_id, loan.georisques_id, loan.dated_on) for loan in loans] == [
        ("0003_2023_APC", "b", "b1", "2019-01-01"),
        ("0003_2021_AP", "b", "b2", "2018-01-01"),
        ("0005_2025_APC", "c", "c4", "2016-01-01"),
        ("0005_2007_AP", "c", "c5", "2015-01-01"),
    ]


@pytest.mark.parametrize(("given", "sites"), [((), ("a",)), (("x",), ())])
def test_nothing_is_lent_where_there_is_nothing(given, sites) -> None:
    assert choose_loans(pdfs(*given), orders(*sites)) == []


def test_a_loan_says_what_stands_for_what() -> None:
    (loan,) = choose_loans(pdfs("0003_2021_AP"), orders("0065.00001"))
    assert str(loan) == (
        "aps/0003_2021_AP.pdf is given out as the order of 2020-01-01 of 0065.00001 (0065.000010)"
    )


def test_a_dump_holds_the_files_and_is_the_same_every_time() -> None:
    files = {"IC_documents.csv": b"1;2\n", "IC_types_document.csv": "1;Arrêté\n".encode()}
    packed = pack_dump(files, moment=1_600_000_000)
    assert packed == pack_dump(files, moment=1_600_000_000)
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(packed))) as archive:
        assert {name: archive.extractfile(name).read() for name in archive.getnames()} == files


def test_the_settings_lead_to_the_local_source_alone(tmp_path) -> None:
    source = choose_source(DEMO, tmp_path)
    given = Settings(_env_file=None, georisques_dump_url="https://files.georisques.fr/d.tar.gz")
    remote = Remote.from_settings(source.settings(given))
    assert remote.dump_url == f"http://127.0.0.1:{source.port}/georisques_data.tar.gz"
    assert remote.documents_url == f"http://127.0.0.1:{source.port}/documents"
    assert remote.hosts == ("127.0.0.1",)


def test_the_server_gives_out_files_as_the_source_does(tmp_path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        source = LocalSource(DEMO, tmp_path / "served", probe.getsockname()[1])
    document = source.document("A/0/abc0")
    document.parent.mkdir(parents=True)
    (tmp_path / "real.pdf").write_bytes(b"%PDF-1.4")
    document.symlink_to(tmp_path / "real.pdf")
    command = [sys.executable, "-m", "launcher.georisques_server", str(source.served), str(source.port)]
    server = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        address = source.settings(Settings(_env_file=None)).georisques_documents_url
        answer = _first_answer(f"{address}/A/0/abc0.pdf")
        assert (answer.content, answer.headers["Content-Type"]) == (b"%PDF-1.4", "application/pdf")
        assert "Last-Modified" in answer.headers
        assert httpx.get(f"{address}/A/0/other.pdf", timeout=5).status_code == 404
        assert httpx.get(f"{source.url}/../../etc/passwd", timeout=5).status_code == 404
    finally:
        server.terminate()
        server.wait(10)


def _first_answer(url: str) -> httpx.Response:
    deadline = time.monotonic() + 30
    while True:
        try:
            return httpx.get(url, timeout=5)
        except httpx.TransportError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
