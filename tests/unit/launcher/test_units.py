"""What `python -m launcher units` writes for a machine, and the scripts that install it and bring updates."""

import configparser
import re
import stat
import subprocess
from pathlib import Path

import pytest

from etl.settings import ROOT, Settings
from launcher.__main__ import main
from launcher.console import LaunchError
from launcher.units import PLACEHOLDER, Machine, write_units

SITE = "https://inspection.example.fr"


@pytest.fixture
def written(tmp_path: Path) -> Path:
    write_units(Machine(SITE, root=Path("/opt/envinorma"), has_workers=True), tmp_path / "units")
    return tmp_path / "units"


def read_environment(folder: Path) -> dict[str, str]:
    lines = (folder / "environment").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("=", 1) for line in lines if not line.startswith("#")]
    return {name: value.strip("'") for name, value in pairs}


def test_nothing_is_left_open(written):
    for path in written.rglob("*"):
        if path.is_file():
            assert not PLACEHOLDER.findall(path.read_text(encoding="utf-8")), path


def test_units_hold_no_secret_and_secrets_are_for_their_owner(written):
    values = {
        value for name, value in read_environment(written).items()
        if re.search(r"SECRET|PASSWORD|KEY|TOKEN|_URL$|CONN", name) and len(value) > 20 and value != SITE
        and not value.startswith(("http://", "/"))
    }  # fmt: skip
    assert len(values) >= 9
    for path in written.rglob("*"):
        if path.is_file() and path.name != "environment":
            text = path.read_text(encoding="utf-8")
            assert [value for value in values if value in text] == [], path
    assert stat.S_IMODE((written / "environment").stat().st_mode) == 0o600


def test_every_service_of_the_target_has_its_unit(written):
    target = configparser.ConfigParser(strict=False, interpolation=None)
    target.read(written / "systemd" / "envinorma.target")
    wanted = {re.sub(r"@.*\.", "@.", name) for name in target["Unit"]["Wants"].split()}

    assert wanted == {path.name for path in (written / "systemd").iterdir()} - {"envinorma.target"}
    assert "envinorma-worker@ocr.service" in target["Unit"]["Wants"]


def test_services_are_locked_down_and_come_back(written):
    for path in (written / "systemd").glob("*.service"):
        unit = path.read_text(encoding="utf-8")
        for line in (
            "User=envinorma",
            "NoNewPrivileges=yes",
            "ProtectSystem=strict",
            "CapabilityBoundingSet=",
        ):
            assert f"\n{line}\n" in unit, path
        assert "Restart=always" in unit or "Type=oneshot" in unit


def test_supervisor_runs_the_same(written):
    programs = configparser.ConfigParser(interpolation=None)
    programs.read(written / "supervisor" / "envinorma.conf")

    assert {name.partition("envinorma-")[2] for name in programs.sections()} == {
        "site-8000", "site-8001", "api-server", "scheduler", "dag-processor", "triggerer",
        "worker-default", "worker-ocr",
    }  # fmt: skip
    assert all(program["user"] == "envinorma" for name, program in programs.items() if name != "DEFAULT")


def test_the_environment_is_made_of_settings_and_airflows_variables(written):
    names = read_environment(written).keys()
    known = {name.upper() for name in Settings.model_fields} | {"AIRFLOW_HOME"}

    assert {name for name in names if not name.startswith("AIRFLOW__")} <= known
    # The default place of Airflow's pages is every network.
    assert read_environment(written)["AIRFLOW__API__HOST"] == "127.0.0.1"


def test_secrets_stay_when_units_are_written_again(written):
    before = (written / "environment").read_text(encoding="utf-8")

    write_units(Machine(SITE, root=Path("/opt/envinorma")), written)

    assert (written / "environment").read_text(encoding="utf-8") == before


def test_staging_has_its_own_database_and_the_small_dataset(tmp_path):
    write_units(Machine(SITE, root=Path("/opt/envinorma"), is_staging=True, postgres_port=5433), tmp_path)

    environment = read_environment(tmp_path)
    assert environment["SYNC_DATASET"] == "sample"
    assert environment["WEB_DATABASE_URL"].endswith("@127.0.0.1:5433/envinorma_staging")


@pytest.mark.parametrize(
    ("machine", "sentence"),
    [
        (Machine("http://inspection.example.fr"), "is not the https address of the site"),
        (Machine(SITE, root=Path("/srv/two words")), "root is '/srv/two words': spaces"),
        (Machine(SITE, root=Path("/opt/envinorma"), user="a;b"), "user is 'a;b'"),
    ],
)
def test_what_would_not_work_is_refused(tmp_path, machine, sentence):
    with pytest.raises(LaunchError, match=sentence):
        write_units(machine, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(" " in str(ROOT), reason="units refuse a checkout whose path has spaces")
def test_the_command_says_what_is_next(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["launcher", "units", "--output", str(tmp_path), "--site-url", SITE])

    assert main() == 0
    assert f"sudo sh {tmp_path}/install.sh systemd" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("systemd", "etc/systemd/system/envinorma-site@.service"),
        ("supervisor", "etc/supervisor/conf.d/envinorma.conf"),
    ],
)
def test_installing_puts_everything_in_its_place_and_keeps_secrets(written, tmp_path, kind, file):
    place = tmp_path / "machine"
    place.mkdir()

    run_install(written, place, kind)
    secret = place / "etc/envinorma/environment"
    secret.write_text("SECRET_KEY=of-the-running-service\n", encoding="utf-8")
    run_install(written, place, kind)

    assert (place / file).read_text(encoding="utf-8")
    assert (place / "etc/nginx/conf.d/envinorma.conf").exists()
    assert (place / "var/lib/envinorma/buckets/ap").is_dir()
    assert stat.S_IMODE((place / "usr/local/sbin/envinorma-update").stat().st_mode) == 0o755
    assert secret.read_text(encoding="utf-8") == "SECRET_KEY=of-the-running-service\n"


def run_install(units: Path, place: Path, kind: str) -> None:
    done = subprocess.run(
        ["sh", str(units / "install.sh"), kind],
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DESTDIR": str(place)},
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


# --- the update, with programs that only write down that they were called

RECORDER = '#!/bin/sh\necho "{name} $*" >> "{calls}"\n[ "$(cat "{fails}" 2>/dev/null)" != "{name} $1$2" ]\n'


class Deployed:
    """A checkout with two versions, whose programs are recorders; `fails` names the call that fails."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.calls = folder / "calls"
        self.fails = folder / "fails"
        programs = {"gunicorn", "python", "flask", "airflow"}
        for name in programs:
            self.record(self.root / ".venv" / "bin" / name, name)
        self.record(self.root / "launcher" / "bootstrap.sh", "bootstrap")
        for name in ("supervisorctl",):
            self.record(folder / "bin" / name, name)
        (self.root / "deploy").mkdir()
        script = (ROOT / "deploy" / "with_environment.sh").read_text(encoding="utf-8")
        (self.root / "deploy" / "with_environment.sh").write_text(script, encoding="utf-8")
        (folder / "environment").write_text("SECRET_KEY='x'\n", encoding="utf-8")
        self.git("init", "--quiet")
        self.git("add", ".")
        self.versions = [self.commit("one"), self.commit("two")]
        machine = Machine(
            SITE, root=self.root, user="root", environment=folder / "environment", has_airflow=False
        )
        write_units(machine, folder / "units")
        self.script = folder / "units" / "update.sh"
        self.path = f"{folder / 'bin'}:/usr/bin:/bin"

    def record(self, path: Path, name: str) -> None:
        """Put a program there that writes down how it was called."""
        path.parent.mkdir(parents=True, exist_ok=True)
        text = RECORDER.format(name=name, calls=self.calls, fails=self.fails)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def git(self, *words: str) -> str:
        """Return what git says."""
        who = ["-c", "user.name=t", "-c", "user.email=t@example.invalid"]
        done = subprocess.run(
            ["git", *who, *words], cwd=self.root, capture_output=True, text=True, timeout=30, check=True
        )
        return done.stdout.strip()

    def commit(self, text: str) -> str:
        """Make a version and return its name."""
        (self.root / "version").write_text(text, encoding="utf-8")
        self.git("add", ".")
        self.git("commit", "--quiet", "--message", text)
        return self.git("rev-parse", "HEAD")

    def update(self, *arguments: str, fails: str = "") -> tuple[int, str, list[str]]:
        """Return the exit code of an update, what it says, and the programs that it called."""
        self.fails.write_text(fails, encoding="utf-8")
        self.calls.write_text("", encoding="utf-8")
        done = subprocess.run(
            ["sh", str(self.script), *arguments],
            env={"PATH": self.path, "SUPERVISED": "yes"},
            capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr, self.calls.read_text("utf-8").splitlines()


@pytest.fixture
def deployed(tmp_path: Path) -> Deployed:
    return Deployed(tmp_path)


def test_an_update_checks_saves_migrates_and_only_then_reloads(deployed):
    code, text, calls = deployed.update()

    assert code == 0, text
    assert [" ".join(call.split()[:3]) for call in calls] == [
        "bootstrap run",
        "python -c import",
        "python -m etl",
        "python -m etl",
        "supervisorctl signal HUP",
        "python docker/healthcheck.py http://127.0.0.1:8000/sante/processus",
        "supervisorctl signal HUP",
        "python docker/healthcheck.py http://127.0.0.1:8001/sante/processus",
        "flask --app webapp",
    ]
    assert [call.split()[-1] for call in calls[2:4]] == ["backup", "migrate"]


@pytest.mark.parametrize("fails", ["python -cimport webapp; webapp.create_app()", "python -metl"])
def test_what_fails_before_the_reload_leaves_the_old_version_in_service(deployed, fails):
    one, two = deployed.versions
    deployed.git("checkout", "--quiet", one)

    code, text, calls = deployed.update(two, fails=fails)

    assert code != 0
    assert "Stopped at:" in text
    assert not [call for call in calls if call.startswith("supervisorctl")]
    assert deployed.git("rev-parse", "HEAD") == one
    assert calls[-1] == "bootstrap run", "the packages are those of the old code again"


def test_the_way_back_saves_and_migrates_nothing(deployed):
    one, _ = deployed.versions

    code, text, calls = deployed.update("--back", one)

    assert code == 0, text
    assert deployed.git("rev-parse", "HEAD") == one
    assert not [call for call in calls if call.startswith("python -m etl")]
    assert len([call for call in calls if call.startswith("supervisorctl signal HUP")]) == 2


def test_a_danger_after_the_reload_is_said_with_the_way_back(deployed):
    _, two = deployed.versions

    code, text, _ = deployed.update(fails="flask --appwebapp")

    assert code != 0
    assert f"envinorma-update --back {two}" in text
