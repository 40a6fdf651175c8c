"""`python -m bench`: run the benchmarks, print the table, keep the figures; `python -m bench compare A B`.

Each benchmark is a module of this folder with a function `rows()` that gives `Row`s; it runs in a process of
its own, so that one's memory is not another's.
"""

import argparse
import importlib
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.table import render_comparison, render_table

FOLDER = Path(__file__).resolve().parent
RESULTS = FOLDER / "results"
TIMEOUT_SECONDS = 1800
ORDER = ("transform", "sync", "search", "site")
Figures = dict[str, Any]


def benchmarks() -> list[str]:
    """Return the modules of this folder that measure something, the pipeline's in its order."""
    found = [path.stem for path in FOLDER.glob("*.py") if "\ndef rows(" in path.read_text(encoding="utf-8")]
    return sorted(found, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))


def run_all(names: Sequence[str]) -> int:
    """Run benchmarks one after the other, print and keep what they measured; 1 where one of them failed."""
    figures: list[Figures] = []
    failed = []
    RESULTS.mkdir(exist_ok=True)
    for name in names:
        print(f"{name} …", flush=True)
        target = RESULTS / f".{name}.json"
        command = [sys.executable, "-m", "bench", "one", name, str(target)]
        done = subprocess.run(command, cwd=FOLDER.parent, timeout=TIMEOUT_SECONDS, check=False)
        if done.returncode != 0:
            failed.append(name)
            continue
        figures += json.loads(target.read_text(encoding="utf-8"))
        target.unlink()
    print(render_table(figures))
    print(f"Kept in {keep(figures)}")
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def run_one(name: str, target: Path) -> None:
    """Run one benchmark in this process and write its figures."""
    figures = [
        {**asdict(row), "ratio_to_limit": row.ratio_to_limit, "times_faster": row.times_faster}
        for row in importlib.import_module(f"bench.{name}").rows()
    ]
    target.write_text(json.dumps(figures), encoding="utf-8")


def keep(figures: Sequence[Figures]) -> Path:
    """Write the figures of this run to a file of its own and return it."""
    path = RESULTS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps(list(figures), ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=benchmarks(), help="a benchmark to run, and no other"
    )
    commands = parser.add_subparsers(dest="command")
    one = commands.add_parser("one", help="run one benchmark in this process")
    one.add_argument("name", choices=benchmarks())
    one.add_argument("target", type=Path)
    compare = commands.add_parser("compare", help="compare the figures of two runs")
    compare.add_argument("before", type=Path)
    compare.add_argument("after", type=Path)
    arguments = parser.parse_args()
    if arguments.command == "one":
        run_one(arguments.name, arguments.target)
        return 0
    if arguments.command == "compare":
        before, after = (json.loads(path.read_text("utf-8")) for path in (arguments.before, arguments.after))
        print(render_comparison(before, after))
        return 0
    return run_all(arguments.only or benchmarks())


if __name__ == "__main__":
    sys.exit(main())
