"""Processes of a run: each in a session of its own, watched, and stopped with everything it started.

What runs is also written down in a folder, so that the next run can stop what a killed launcher left.
"""

import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil

from launcher.console import LaunchError, read_tail
from launcher.stopping import Stopping

GRACE_SECONDS = 20.0
POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Program:
    """A program to run.

    Attributes:
        name: for people, and of its log.
        command: the program and its arguments.
        environment: all its variables.
        folder: its working folder.
        serves_others: the others need it, so it is stopped after them.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    serves_others: bool = False


@dataclass(frozen=True)
class Child:
    """A program that was started."""

    program: Program
    process: subprocess.Popen[bytes]
    log: Path
    record: Path


class Supervisor:
    """Starts programs, says when one has died, and stops them all, those that serve the others last."""

    def __init__(
        self,
        records: Path,
        logs: Path,
        stopping: Stopping | None = None,
        also_check: Callable[[], None] | None = None,
    ) -> None:
        """Keep the records and logs in these folders.

        Args:
            records: what runs is written down here.
            logs: the output of each program goes to a file here.
            stopping: a stop asked for while a program is being started waits until it is written down.
            also_check: raises where something else that the programs need has died.
        """
        self.records = records
        self.logs = logs
        self.children: list[Child] = []
        self._stopping = stopping or Stopping()
        self._also_check = also_check

    def __enter__(self) -> Self:
        """Stop what an earlier supervisor of the same records left behind."""
        self.logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.records.mkdir(parents=True, exist_ok=True, mode=0o700)
        stop_leftovers(self.records)
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop everything."""
        self.stop()

    def start(self, program: Program) -> Child:
        """Start a program; its output goes to `<name>.log`, the one before kept as `<name>.log.1`."""
        log = self.logs / f"{program.name}.log"
        if log.exists():
            log.rename(log.with_suffix(".log.1"))
        with self._stopping.held(), log.open("wb") as output:
            process = subprocess.Popen(
                program.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=program.folder,
                env=program.environment,
                start_new_session=True,
            )
            child = Child(program, process, log, self.records / f"{program.name}.json")
            self.children.append(child)
            write_record(child.record, process.pid, program.folder)
        return child

    def finish(self, child: Child, timeout: float) -> None:
        """Wait for a program that is to end by itself.

        Raises:
            LaunchError: it fails or takes too long.
        """
        deadline = time.monotonic() + timeout
        while child.process.poll() is None:
            self.check(besides=child)
            if time.monotonic() > deadline:
                raise LaunchError(f"{child.program.name} took more than {timeout:.0f} s. {end_of(child.log)}")
            time.sleep(POLL_SECONDS)
        self.forget(child)
        if child.process.returncode != 0:
            raise LaunchError(
                f"{child.program.name} {describe_end(child.process.returncode)}. {end_of(child.log)}"
            )

    def check(self, besides: Child | None = None) -> None:
        """Raise where a program has ended that should be running.

        Raises:
            LaunchError: the sentence says which one, how it ended, and what its log says last.
            StopRequested: the make above us has ended.
        """
        self._stopping.heed_parent()
        if self._also_check is not None:
            self._also_check()
        for child in self.children:
            if child is not besides and child.process.poll() is not None:
                end = describe_end(child.process.returncode)
                raise LaunchError(f"{child.program.name} {end}, so the whole run stops. {end_of(child.log)}")

    def stop(self) -> None:
        """Stop the programs, those that serve the others last."""
        self._stopping.is_over = True
        for serves_others in (False, True):
            group = [child for child in self.children if child.program.serves_others is serves_others]
            stop_sessions([(child.process.pid, child.program.folder) for child in group])
            for child in group:
                child.process.wait(GRACE_SECONDS)
                self.forget(child)

    def forget(self, child: Child) -> None:
        """Watch a program no more: it has ended, or its end is wanted."""
        self.children.remove(child)
        child.record.unlink(missing_ok=True)


def describe_end(code: int) -> str:
    """Return how a process ended, from its exit code as `subprocess` gives it."""
    return f"was killed by signal {-code}" if code < 0 else f"ended by itself (exit {code})"


def end_of(log: Path) -> str:
    """Return the end of a log with its place, to follow a sentence."""
    return f"The end of {log} says:\n{read_tail(log)}"


def write_record(record: Path, pid: int, folder: Path) -> None:
    """Write down a process that leads a session, with what tells it from a later one of the same number."""
    begun = psutil.Process(pid).create_time()
    record.write_text(json.dumps({"pid": pid, "begun": begun, "folder": str(folder)}), encoding="utf-8")


def stop_leftovers(records: Path) -> list[str]:
    """Stop what the records say was left running, and nothing of anyone else; return the names."""
    stopped = []
    for record in sorted(records.glob("*.json")):
        left = json.loads(record.read_text(encoding="utf-8"))
        folder = Path(left["folder"])
        if not _is_another(left["pid"], left["begun"]) and session_members(left["pid"], folder):
            stop_sessions([(left["pid"], folder)])
            stopped.append(record.stem)
        record.unlink()
    return stopped


def stop_sessions(sessions: Sequence[tuple[int, Path]], grace: float = GRACE_SECONDS) -> None:
    """Ask the leaders of sessions to end, wait, then kill what is left of the sessions and their descendants.

    Args:
        sessions: of each its number, which is its leader's, and the working folder that tells it is ours.
        grace: seconds that the leaders have to end their work.
    """
    members = list_members(sessions)
    leaders = [member for member in members if member.pid in dict(sessions)]
    for leader in leaders:
        with suppress(psutil.NoSuchProcess):
            leader.terminate()
    wait_for_end(leaders, grace)
    members += list_members(sessions)
    for member in members:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    wait_for_end(members, grace)


def list_members(sessions: Sequence[tuple[int, Path]]) -> list[psutil.Process]:
    """Return the live processes of several sessions and their descendants."""
    return [member for session, folder in sessions for member in session_members(session, folder)]


def session_members(session: int, folder: Path) -> list[psutil.Process]:
    """Return the live processes of a session that work in a folder, and their descendants."""
    found: dict[int, psutil.Process] = {}
    for candidate in psutil.process_iter():
        with suppress(psutil.Error, ProcessLookupError, PermissionError):
            if (
                os.getsid(candidate.pid) == session
                and is_alive(candidate)
                and Path(candidate.cwd()) == folder
            ):
                found[candidate.pid] = candidate
                found |= {below.pid: below for below in candidate.children(recursive=True)}
    return list(found.values())


def is_alive(process: psutil.Process) -> bool:
    """Tell whether a process runs; one that ended and was not yet buried by its parent does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_for_end(processes: Sequence[psutil.Process], seconds: float) -> None:
    """Wait until none of the processes runs, at most some seconds."""
    deadline = time.monotonic() + seconds
    while any(map(is_alive, processes)) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS / 2)


def _is_another(pid: int, begun: float) -> bool:
    """Tell whether the number has gone to a process of someone else since."""
    try:
        return abs(psutil.Process(pid).create_time() - begun) > 1
    except psutil.NoSuchProcess:
        return False
