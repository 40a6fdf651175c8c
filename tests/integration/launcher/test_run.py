"""`make run` for real, on a copy of the project in a folder with spaces: to pages, and back to nothing."""

import csv
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest
from bs4 import BeautifulSoup, SoupStrainer

from demo.aps.short_arretes import load_short_arretes, print_short_arrete
from etl.binaries import find_binaries
from etl.cluster import cluster_dir, cluster_url
from etl.settings import ROOT, Settings
from launcher.supervision import is_alive
from tests.leak_values import hidden_values

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.postgres,
    pytest.mark.xdist_group("airflow"),
    pytest.mark.timeout(900),
]

CODE = ("alembic.ini", "dags", "demo", "docs", "etl", "launcher", "plugins", "regulation", "sql", "webapp")
READY = "Ctrl-C stops everything."
START_SECONDS = 400
LINK = re.compile(r"/[^?]*")
ORDERS_SHOWN = {
    "0099.01322": "Texte disponible",
    "0099.01359": "le fichier est abîmé",
    "0099.00397": "n’existe plus à la source",
}
SEARCHES = ("/installations?q=depot", "/installations/suggestions?q=depot")


class Project:
    """A copy of the project, without anyone's `.env`, and the runs in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(_env_file=None, run_dir=folder / ".run", postgres_port=0)
        for name in CODE:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, folder / name)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
        ports = {"POSTGRES_PORT": "0", "AIRFLOW_PORT": "0", "WEB_PORT": "0", "WEB_WORKERS": "1"}
        self.environment = {**inherited, **ports, "PYTHONPATH": str(folder)}

    def start(self, *arguments: str, **environment: str) -> "Run":
        """Start `python -m launcher run`."""
        return Run(self, arguments, self.environment | environment)

    def call(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the launcher to its end."""
        command = [sys.executable, "-m", "launcher", *arguments]
        variables = self.environment | environment
        return subprocess.run(
            command, cwd=self.folder, env=variables, capture_output=True, text=True, timeout=120, check=False
        )

    def processes(self) -> list[psutil.Process]:
        """Return what runs in this folder or with it on its command line, Postgres included."""
        return [process for process in psutil.process_iter() if self._is_ours(process) and is_alive(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            words = [process.cwd(), *process.cmdline()]
        except psutil.Error:
            return False
        return any(
            str(place) in word for place in (self.folder, cluster_dir(self.settings)) for word in words
        )


class Run:
    """A run, with what it has said so far."""

    def __init__(self, project: Project, arguments: tuple[str, ...], environment: dict[str, str]) -> None:
        self.log = project.folder / "output.txt"
        command = [sys.executable, "-m", "launcher", "run", *arguments]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=project.folder,
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        """What has been printed so far."""
        return self.log.read_text(encoding="utf-8")

    def wait_for(self, text: str, seconds: float = START_SECONDS) -> None:
        """Wait until something is printed."""
        deadline = time.monotonic() + seconds
        while text not in self.output:
            assert self.process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            time.sleep(0.2)

    def end(self, number: signal.Signals | None = None) -> int:
        """Wait for the end, after a signal where one is given; return the exit code."""
        if number is not None:
            self.process.send_signal(number)
        return self.process.wait(120)

    def address(self, name: str) -> str:
        """Return the address that was printed for the site or for Airflow."""
        found = re.search(rf"{name} +(http://\S+)", self.output)
        assert found, self.output
        return found[1]


@pytest.fixture(scope="module")
def project() -> Iterator[Project]:
    """The copy; what runs in it is ended, and what it made is removed."""
    folder = Path(tempfile.mkdtemp(prefix="envinorma a run "))
    folder.chmod(0o711)
    made = Project(folder)
    yield made
    left = made.processes()
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=20)
    assert made.call("reset").returncode == 0
    shutil.rmtree(folder)


def visit(site: str, first: Sequence[str]) -> dict[str, str]:
    """Return some pages of the site and all that their links lead to, searches and filters apart."""
    waiting, seen = list(first), {}
    with httpx.Client(base_url=site, timeout=30) as client:
        while waiting:
            path = waiting.pop()
            answer = client.get(path)
            assert answer.status_code < 500, path
            seen[path] = answer.text
            if "html" not in answer.headers["content-type"]:
                continue
            links = BeautifulSoup(answer.text, "lxml", parse_only=SoupStrainer("a", href=True))
            paths = {link["href"].partition("#")[0].removeprefix(site) for link in links.find_all("a")}
            waiting += [path for path in paths if LINK.fullmatch(path) and path not in {*seen, *waiting}]
    return seen


def leaks(text: bytes) -> set[bytes]:
    """Return the hidden values in a text; part of a longer number (the time of a log line) is none."""
    there = [value.encode() for value in hidden_values() if value.encode() in text]
    return {value for value in there if re.search(rb"(?<![\d:.])%s(?!\d)" % re.escape(value), text)}


def dump(settings: Settings, database: str) -> bytes:
    """Return a whole database as text."""
    url = cluster_url(settings).rpartition("/")[0] + f"/{database}"
    command = [str(find_binaries() / "pg_dump"), "--dbname", url]
    return subprocess.run(command, capture_output=True, timeout=120, check=True).stdout


def made_files(folders: list[Path]) -> Iterator[Path]:
    """Give every file under some folders but the raw input."""
    for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
        # Files of others (maps, libraries) hold numbers of all kinds, and nothing of ours.
        if "misc/private/input/" not in path.as_posix() and "vendor" not in path.parts:
            yield path


def find_leaks(project: Project, run: Run) -> dict[str, set[bytes]]:
    """Return where hidden values are: pages, answers, files, logs, both databases."""
    published = project.settings.run_dir / "buckets" / "misc" / "installations_all.csv"
    _, *rows = published.read_text(encoding="utf-8").splitlines()
    pages = visit(run.address("Site"), ["/", *SEARCHES, *(f"/installations/{row[:10]}" for row in rows)])
    assert len(pages) > len(rows) > 50
    texts = {path: page.encode() for path, page in pages.items()}
    texts |= {f"database {name}": dump(project.settings, name) for name in ("envinorma", "airflow")}
    folders = [project.settings.run_dir, cluster_dir(project.settings)]
    texts |= {str(path): path.read_bytes() for path in made_files(folders)}
    return {where: found for where, text in texts.items() if (found := leaks(text))}


def states_of_orders(project: Project) -> Counter[str]:
    """Return how many of the published orders are in each state."""
    path = project.settings.run_dir / "buckets" / "misc" / "aps_all.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return Counter(row["ocr_status"] for row in csv.DictReader(stream))


def read_office(run: Run, path: str) -> str:
    """Return the words of a page of the back-office, signed in with the account that was printed."""
    name, password = re.search(r"Editors .+ name (\S+), password (\S+)", run.output).groups()
    with httpx.Client(base_url=run.address("Site"), timeout=30, follow_redirects=True) as client:
        door = BeautifulSoup(client.get("/back-office/connexion").text, "html.parser")
        token = door.select_one("input[name=csrf_token]")["value"]
        form = {"csrf_token": token, "name": name, "password": password, "suite": path}
        page = client.post("/back-office/connexion", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    return " ".join(BeautifulSoup(page.text, "html.parser").select_one("main").text.split())


def test_the_search_for_leaks_finds_them():
    raw = (ROOT / "demo" / "s3ic" / "sic-liste-rubriques.csv").read_bytes()

    assert len(leaks(raw)) > 20
    assert leaks(b"2026-01-01T10:11:37.419123Z") == set()


def test_from_nothing_to_pages_and_back(project):
    run = project.start()
    run.wait_for(READY)

    assert "left out" not in run.output
    assert httpx.get(f"{run.address('Airflow')}/api/v2/monitor/health", timeout=30).is_success
    page = httpx.get(
        f"{run.address('Site')}/installations", params={"q": "plateforme val cendre"}, timeout=30
    )
    assert "PLATEFORME DU VAL CENDRE" in page.text
    assert states_of_orders(project) == {"SUCCESS": 22, "ERROR": 2}
    for s3ic_id, said in ORDERS_SHOWN.items():
        assert said in httpx.get(f"{run.address('Site')}/installations/{s3ic_id}", timeout=30).text
    assert find_leaks(project, run) == {}
    publication = read_office(run, "/back-office/publication")
    assert "Rien : le site montre déjà 8 arrêtés en vigueur" in publication
    assert publication.endswith("Publier"), "the site has an account in Airflow"

    again = project.call("run")
    assert (again.returncode, "A run is going on in" in again.stderr) == (1, True)
    taken = project.call("run", WEB_PORT=run.address("Site").rpartition(":")[2])
    assert taken.returncode == 1
    assert "Set WEB_PORT to a free one" in taken.stderr

    assert run.end(signal.SIGINT) == 0
    assert "nothing of this run is left running" in run.output
    assert project.processes() == []
    for name in ("Site", "Airflow"):
        with pytest.raises(httpx.ConnectError):
            httpx.get(run.address(name), timeout=5)


def test_another_folder_lends_its_few_documents_and_says_so(project):
    data = project.folder / "a folder"
    for name in ("s3ic", "georisques"):
        shutil.copytree(ROOT / "demo" / name, data / name)
    (data / "aps").mkdir()
    for arrete in load_short_arretes()[:2]:
        (data / "aps" / f"0099_{arrete.dated_on}.pdf").write_bytes(print_short_arrete(arrete))

    run = project.start("--data", str(data))
    run.wait_for(READY)

    assert "Not loaded" not in run.output
    lent = re.findall(r"aps/0099_(\S+)\.pdf is given out as the order of (\S+) of (\S+) ", run.output)
    assert lent == [("2015-07-20", "2020-02-03", "0099.00323"), ("2011-03-04", "2018-11-19", "0099.00323")]
    assert states_of_orders(project) == {"SUCCESS": 22, "ERROR": 2}, "what the demo's run read stays"
    newest = next(arrete for arrete in load_short_arretes() if arrete.name.endswith("exploitant-2020"))
    status = project.settings.run_dir / "buckets" / "ap" / f"{newest.georisques_id}.json"
    assert "SUCRERIE DE BRUMEVAL" in status.read_text(encoding="utf-8"), "the document that was lent is read"

    assert run.end(signal.SIGINT) == 0
    assert project.processes() == []


def test_a_stop_in_mid_start_leaves_nothing(project):
    run = project.start()
    run.wait_for("Starting the site")

    assert run.end(signal.SIGTERM) == 0
    assert project.processes() == []


def test_refused_data_a_killed_launcher_and_a_dead_process(project):
    data = project.folder / "my data"
    shutil.copytree(ROOT / "demo" / "s3ic", data / "s3ic")
    lines = (data / "s3ic" / "sic-liste-rubriques.csv").read_text(encoding="utf-8")
    (data / "s3ic" / "sic-liste-rubriques.csv").write_text(
        lines.replace("quantité", "quantity", 1), encoding="utf-8"
    )

    refused = project.start("--data", str(data))
    refused.wait_for(READY)

    assert "ministerial orders: left out, no ams.zip" in refused.output
    assert re.search(
        r"Not loaded: transform_icpe failed: .*sic-liste-rubriques\.csv.*quantité", refused.output
    )
    assert Path(re.search(r"Log: (.+)", refused.output)[1]).is_dir()
    page = httpx.get(
        f"{refused.address('Site')}/installations", params={"q": "plateforme val cendre"}, timeout=30
    )
    assert "PLATEFORME DU VAL CENDRE" in page.text, "what was in service stays"
    refused.process.kill()
    refused.process.wait(10)
    left = project.processes()
    assert len(left) > 5

    again = project.start()
    again.wait_for("Stopped what a killed run had left: airflow-api-server, airflow-dag-processor")
    again.wait_for("Starting Airflow")
    scheduler = next(process for process in project.processes() if "scheduler" in process.cmdline())
    scheduler.kill()

    assert again.end() == 1
    assert "airflow-scheduler was killed by signal 9, so the whole run stops" in again.output
    assert [process for process in left if is_alive(process)] == []
    assert project.processes() == []
