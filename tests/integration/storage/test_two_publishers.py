"""Two publications at the same time in one folder: one follows the other, what stays is one of them whole."""

import subprocess
import sys
from pathlib import Path

from etl import storage
from etl.settings import ROOT

KEYS = tuple(f"file_{number:02}.csv" for number in range(12))
ROUNDS = 40
PUBLISHER = """
import sys
from pathlib import Path
from etl import storage

root, source = Path(sys.argv[1]), Path(sys.argv[2])
files = {path.name: path for path in source.iterdir()}
sys.stdin.readline()
for _ in range(int(sys.argv[3])):
    storage.publish(root, files)
"""


def start(root: Path, source: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PUBLISHER, str(root), str(source), str(ROUNDS)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, text=True)


def test_the_last_of_two_publishers_wins_whole(tmp_path) -> None:
    root = tmp_path / "misc"
    root.mkdir()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for key in KEYS:
            (tmp_path / name / key).write_text(name, encoding="utf-8")
    publishers = [start(root, tmp_path / name) for name in ("one", "two")]
    for publisher in publishers:
        assert publisher.stdin is not None
        publisher.stdin.write("go\n")
        publisher.stdin.close()
    while any(publisher.poll() is None for publisher in publishers):
        storage.finish_pending(root)  # a reader comes and goes
    assert [publisher.wait(timeout=60) for publisher in publishers] == [0, 0]
    assert sorted(path.name for path in root.iterdir()) == list(KEYS)
    assert len({(root / key).read_text(encoding="utf-8") for key in KEYS}) == 1
