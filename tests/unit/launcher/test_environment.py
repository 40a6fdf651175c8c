"""The set-up does nothing where the lock files are installed already, and anew where anything differs."""

import pytest

from launcher.console import LaunchError
from launcher.environment import Environment, pinned_block

LOCK = """\
# compiled
anyio==4.0 \\
    --hash=sha256:aaaa \\
    --hash=sha256:bbbb
    # via httpx
uv==0.13.9 \\
    --hash=sha256:cccc \\
    --hash=sha256:dddd
    # via -r requirements.in
uvicorn==1.0 \\
    --hash=sha256:eeee
"""


@pytest.fixture
def environment(tmp_path):
    lock = tmp_path / "requirements.txt"
    lock.write_text(LOCK, encoding="utf-8")
    made = Environment("packages", tmp_path / "venv", (lock,))
    made.python.parent.mkdir(parents=True)
    made.python.touch()
    return made


def test_an_unknown_folder_is_made_anew(environment):
    assert not environment.is_usable()
    assert not environment.is_current()


def test_a_made_environment_is_filled_once(environment):
    environment.remember(installed=False)
    assert environment.is_usable()
    assert not environment.is_current()

    environment.remember(installed=True)
    assert environment.is_current()


def test_another_lock_is_installed(environment):
    environment.remember(installed=False)
    environment.remember(installed=True)
    environment.locks[0].write_text(LOCK + "zipp==1.0\n", encoding="utf-8")

    assert environment.is_usable()
    assert not environment.is_current()


def test_more_locks_keep_what_is_installed(environment, tmp_path):
    environment.remember(installed=False)
    environment.remember(installed=True)
    more = tmp_path / "requirements-dev.txt"
    more.write_text(LOCK, encoding="utf-8")
    larger = Environment("packages", environment.folder, (*environment.locks, more))

    assert not larger.is_current()
    larger.remember(installed=True)
    assert larger.is_current()
    assert environment.is_current()


def test_a_moved_folder_is_made_anew(environment, tmp_path):
    environment.remember(installed=False)
    environment.remember(installed=True)
    moved = Environment("packages", environment.folder.rename(tmp_path / "elsewhere"), environment.locks)

    assert not moved.is_usable()
    assert not moved.is_current()


@pytest.mark.parametrize(
    ("package", "block"),
    [
        ("uv", "uv==0.13.9 \\\n    --hash=sha256:cccc \\\n    --hash=sha256:dddd\n"),
        ("uvicorn", "uvicorn==1.0 \\\n    --hash=sha256:eeee\n"),
    ],
)
def test_the_pins_of_one_package(environment, package, block):
    assert pinned_block(environment.locks[0], package) == block


def test_a_lock_without_the_package_is_named(environment):
    with pytest.raises(LaunchError, match=r"requirements\.txt does not pin pip"):
        pinned_block(environment.locks[0], "pip")
