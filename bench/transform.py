"""Row ① of the table of speeds: the transform of 20,000 and 100,000 generated establishments.

The limit, measured between our runs, reads the two CSV files with Arrow and writes as many rows to six files,
nothing else.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from pyarrow import csv, default_memory_pool

from bench.generate_icpe import CLASSEMENTS_FILE, ESTABLISHMENTS_FILE, LINES_EACH, generate_icpe
from bench.measure import Cost, Row, measure_once
from etl.reports import REPORT_KEY, Report
from etl.s3ic import DATASETS, transform_icpe

WARM_UP = 2_000
REPEATS = 5
LARGEST_RATIO = 4
LARGEST_PEAK_MB = 700
# As published, for an extraction of each size on a machine like this one.
ORIGINAL_SECONDS = {20_000: None, 100_000: 30.0}


def rows() -> Iterator[Row]:
    """Give a row for each size: the fastest of five runs, the memory of the first."""
    with TemporaryDirectory(prefix="envinorma-bench-") as folder:
        generate_icpe(Path(folder) / "warm-up", WARM_UP)
        _transform(Path(folder) / "warm-up")
        for establishments, original in ORIGINAL_SECONDS.items():
            place = Path(folder) / str(establishments)
            generate_icpe(place, establishments)
            yield _row(place, establishments, original)


def _row(folder: Path, establishments: int, original: float | None) -> Row:
    ours, limits = [], []
    for _ in range(REPEATS):
        for file in (folder / "output").glob("*"):
            file.unlink()
        default_memory_pool().release_unused()
        ours.append(measure_once(lambda: _transform(folder)))
        limits.append(measure_once(lambda: _read_and_write(folder)).seconds)
    return Row(
        name=f"① transform, {establishments:,} establishments, {round(establishments * LINES_EACH):,} lines",
        # The first run comes before the limit's, whose memory the process may keep.
        cost=Cost(min(cost.seconds for cost in ours), ours[0].peak_mb),
        limit="Arrow reads the two files and writes the six",
        limit_seconds=min(limits),
        bound=LARGEST_RATIO,
        original_seconds=original,
        note=f"at most {LARGEST_PEAK_MB} MB; the original took 815 MB" if original else "",
    )


def _transform(folder: Path) -> None:
    transform_icpe(
        establishments=folder / ESTABLISHMENTS_FILE,
        classements=folder / CLASSEMENTS_FILE,
        output=folder / "output",
    )


def _read_and_write(folder: Path) -> None:
    """Read both files and write as many of their rows as the transform published in each of its six."""
    report = Report.from_json((folder / "output" / REPORT_KEY).read_text(encoding="utf-8"))
    published = {file["key"]: file["rows"] for file in report.files}
    for name, path in (("installations", ESTABLISHMENTS_FILE), ("classements", CLASSEMENTS_FILE)):
        table = csv.read_csv(folder / path, parse_options=csv.ParseOptions(delimiter=";"))
        for dataset in DATASETS:
            key = f"{name}_{dataset}.csv"
            csv.write_csv(table.slice(0, published[key]), folder / f"limit_{key}")
