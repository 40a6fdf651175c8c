"""How many processes read at the same time: the cores of the machine, or the share of a container."""

import os
from pathlib import Path

import pytest

from etl.ocr.limits import usable_cores

CORES = len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("content", "cores"),
    [
        ("max 100000\n", CORES),
        ("100000 100000\n", 1),
        ("50000 100000\n", 1),
        ("6400000 100000\n", min(CORES, 64)),
        ("what is this", CORES),
        ("", CORES),
    ],
)
def test_a_container_uses_what_it_is_given(tmp_path: Path, content: str, cores: int) -> None:
    share = tmp_path / "cpu.max"
    share.write_text(content, encoding="ascii")
    assert usable_cores(share) == cores


def test_a_machine_without_control_groups_uses_its_cores(tmp_path: Path) -> None:
    assert usable_cores(tmp_path / "none") == CORES
