"""Real processes: watched, stopped with their descendants, found again after a killed launcher."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from etl.settings import ROOT
from launcher.console import LaunchError
from launcher.stopping import Stopping, StopRequested
from launcher.supervision import Program, Supervisor, is_alive, stop_leftovers, stop_sessions

SLEEP = "import time; time.sleep(60)"
FAMILY = f"""
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {SLEEP!r}])
print("ready", flush=True)
time.sleep(60)
"""
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def supervisor(tmp_path):
    with Supervisor(tmp_path / "processes", tmp_path / "logs") as supervisor:
        yield supervisor


def program(name, code, folder=Path("/")):
    return Program(name, (sys.executable, "-c", code), os.environ, folder)


def wait_until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def start_ready(supervisor, name, code, folder=Path("/")):
    child = supervisor.start(program(name, code, folder))
    wait_until(lambda: "ready" in child.log.read_text(encoding="utf-8"))
    return child


def test_descendants_are_stopped_too(supervisor):
    child = start_ready(supervisor, "family", FAMILY)
    family = [psutil.Process(child.process.pid), *psutil.Process(child.process.pid).children()]
    assert len(family) == 2

    supervisor.stop()

    assert [member for member in family if is_alive(member)] == []
    assert list(supervisor.records.iterdir()) == []


def test_who_does_not_listen_is_killed(supervisor):
    child = start_ready(supervisor, "deaf", DEAF)

    stop_sessions([(child.process.pid, child.program.folder)], grace=0.3)

    assert child.process.wait(5) == -signal.SIGKILL


@pytest.mark.parametrize(
    ("code", "end"),
    [
        ("print('no such table'); raise SystemExit(3)", r"ended by itself \(exit 3\)"),
        ("import os; print('no such table', flush=True); os.kill(os.getpid(), 9)", "was killed by signal 9"),
    ],
)
def test_a_death_is_told_with_the_end_of_the_log(supervisor, code, end):
    supervisor.start(program("other", SLEEP))
    child = supervisor.start(program("short", code))
    child.process.wait(20)

    with pytest.raises(
        LaunchError, match=rf"(?s)short {end}, so the whole run stops.*short\.log.*no such table"
    ):
        supervisor.check()


def test_a_program_that_ends_well_is_waited_for(supervisor):
    supervisor.finish(supervisor.start(program("short", "print('done')")), 20)

    supervisor.check()


@pytest.mark.parametrize(
    ("code", "seconds", "sentence"),
    [
        ("raise SystemExit('broken')", 20, "(?s)short ended by itself.*broken"),
        (SLEEP, 0.3, "short took more than"),
    ],
)
def test_a_program_that_does_not_end_well_is_told(supervisor, code, seconds, sentence):
    child = supervisor.start(program("short", code))

    with pytest.raises(LaunchError, match=sentence):
        supervisor.finish(child, seconds)


def test_what_a_killed_launcher_left_is_stopped_and_nothing_else(tmp_path):
    launcher = f"""
import os, sys, time
from pathlib import Path
from launcher.supervision import Program, Supervisor
supervisor = Supervisor(Path({str(tmp_path / "processes")!r}), Path({str(tmp_path / "logs")!r})).__enter__()
for name, code in (("family", {FAMILY!r}), ("orphans", {FAMILY!r})):
    supervisor.start(Program(name, (sys.executable, "-c", code), os.environ, Path({str(tmp_path)!r})))
print("ready", flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", launcher], stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout.readline() == "ready\n"
        logs = [tmp_path / "logs" / f"{name}.log" for name in ("family", "orphans")]
        wait_until(lambda: all("ready" in log.read_text(encoding="utf-8") for log in logs))
        left = psutil.Process(killed.pid).children(recursive=True)
        killed.kill()
    stranger = subprocess.Popen([sys.executable, "-c", SLEEP], start_new_session=True, cwd=tmp_path)
    orphaned = next(
        member for member in left if f"{member.pid}" in (tmp_path / "processes" / "orphans.json").read_text()
    )
    orphaned.kill()

    try:
        assert stop_leftovers(tmp_path / "processes") == ["family", "orphans"]
        assert len(left) == 4
        wait_until(lambda: not any(map(is_alive, left)))
        assert stranger.poll() is None
        assert stop_leftovers(tmp_path / "processes") == []
    finally:
        stranger.kill()
        stranger.wait(10)


def test_a_number_that_went_to_someone_else_is_left_alone(tmp_path):
    stranger = subprocess.Popen([sys.executable, "-c", SLEEP], start_new_session=True, cwd=tmp_path)
    record = tmp_path / "site.json"
    record.write_text(f'{{"pid": {stranger.pid}, "begun": 1.0, "folder": "{tmp_path}"}}', encoding="utf-8")

    try:
        assert stop_leftovers(tmp_path) == []
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait(10)


def test_a_stop_waits_for_what_is_being_started():
    stopping = Stopping()
    started = []

    def start():
        with stopping.held():
            os.kill(os.getpid(), signal.SIGTERM)
            started.append("written down")

    with stopping.heeded(), pytest.raises(StopRequested):
        start()

    assert started == ["written down"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_make_that_was_told_alone_ends_the_run_too(tmp_path, number):
    watching = """
import time
from launcher.stopping import Stopping, StopRequested
stopping = Stopping()
with stopping.heeded():
    try:
        print("ready", flush=True)
        while True:
            stopping.heed_parent()
            time.sleep(0.05)
    except StopRequested:
        print("stopped", flush=True)
"""
    (tmp_path / "watching.py").write_text(watching, encoding="utf-8")
    (tmp_path / "Makefile").write_text(f"run:\n\t@exec '{sys.executable}' watching.py\n", encoding="utf-8")
    # Whoever runs the tests in the background may have them ignore SIGINT, and make would inherit that.
    command = ["env", "--default-signal=INT", "make", "--no-print-directory", "run"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as make:
        assert make.stdout.readline() == "ready\n"
        make.send_signal(number)

        assert make.stdout.read() == "stopped\n"


def test_only_the_first_stop_counts():
    stopping = Stopping()

    with stopping.heeded():
        with pytest.raises(StopRequested):
            os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        with stopping.held():
            pass

    assert stopping.is_over


def test_a_run_that_is_ending_is_not_cut_short():
    stopping = Stopping()
    stopping.is_over = True

    with stopping.heeded():
        os.kill(os.getpid(), signal.SIGTERM)
        with stopping.held():
            os.kill(os.getpid(), signal.SIGINT)
