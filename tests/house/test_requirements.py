"""Every dependency has its reason, and the locks pin it with hashes."""

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from launcher.environment import pinned_block
from tests.house.sources import ROOT

INPUTS = ("requirements", "requirements-dev", "tests/s3/requirements-swift")


def direct_requirements(name: str) -> list[tuple[Requirement, str]]:
    """Return the requirements of an input file, each with its comment."""
    lines = (ROOT / f"{name}.in").read_text(encoding="utf-8").splitlines()
    wanted = [line.partition("#") for line in lines if line.strip() and not line.startswith(("#", "-"))]
    return [(Requirement(text.strip()), reason.strip()) for text, _, reason in wanted]


def locked(name: str) -> dict[str, str]:
    """Return the versions of a lock file by package."""
    lines = (ROOT / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line.rstrip(" \\")) for line in lines if line[:1].isalnum()]
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins}


@pytest.mark.parametrize("name", INPUTS)
def test_every_dependency_has_its_reason(name):
    without = [wanted.name for wanted, reason in direct_requirements(name) if not reason]

    assert without == []


@pytest.mark.parametrize("name", INPUTS)
def test_the_lock_holds_what_is_asked_for(name):
    pins = locked(name)
    unmet = [
        str(wanted)
        for wanted, _ in direct_requirements(name)
        if not wanted.specifier.contains(pins.get(canonicalize_name(wanted.name), "0"), prereleases=True)
        or canonicalize_name(wanted.name) not in pins
    ]

    assert unmet == []


@pytest.mark.parametrize("name", INPUTS)
def test_everything_is_checked_by_hash(name):
    text = (ROOT / f"{name}.txt").read_text(encoding="utf-8")

    assert text.count("==") > 0
    assert all("--hash=sha256:" in pinned_block(ROOT / f"{name}.txt", package) for package in locked(name))


def test_the_locks_agree():
    both = locked("requirements"), locked("requirements-dev")

    assert {name: both[0][name] for name in both[0].keys() & both[1].keys()} == {
        name: both[1][name] for name in both[0].keys() & both[1].keys()
    }
