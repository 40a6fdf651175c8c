"""The OCR on the four real scans, beside ocrmypdf in the same run and tesseract alone on ready pictures.

The limit is the same engine, in as many processes, on the very pictures that our reader makes of the pages:
no PDF is opened, drawn or written. ocrmypdf lives in an environment of its own, made on the first run.
"""

import multiprocessing
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pypdfium2
from PIL import Image
from tesserocr import PSM, PyTessBaseAPI

from bench.measure import MEGABYTE, Cost, Row
from bench.words import share_found, words
from demo.aps.print_arretes import print_arretes
from demo.aps.scanner import add_scan, fax
from etl.ocr.limits import Limits, usable_cores
from etl.ocr.models import LANGUAGE, find_models
from etl.ocr.raster import condensed, page_raster
from etl.ocr.straighten import straightened

ROOT = Path(__file__).resolve().parent.parent
OTHER = ROOT / ".venv-ocrmypdf"
LOCK = ROOT / "bench" / "requirements-ocrmypdf.txt"
REPEATS = 3
TIMEOUT_SECONDS = 600
TIMES_FASTER = 2.0
SHARE_OF_LIMIT = 0.85
LARGEST_GROWTH = 1.25
LARGEST_PEAK_MB = 700
DIGITAL_SECONDS = 3.0


@dataclass(frozen=True)
class Orders:
    """What is measured: scans with their references, and an order born digital."""

    scans: list[Path]
    references: dict[str, Counter[str]]
    digital: Path


def rows() -> Iterator[Row]:
    """Give a row for the scans, one for the order born digital, one for the heaviest sheet that is read."""
    with TemporaryDirectory(prefix="envinorma-bench-") as folder:
        orders = _orders(Path(folder))
        _install_other()
        yield _scans(orders, Path(folder))
        yield _digital(orders.digital, Path(folder))
        yield _large_sheet(Path(folder))


def _orders(folder: Path) -> Orders:
    """Return the real orders, or the demo's where the real ones are not at hand."""
    real = os.environ.get("ENVINORMA_DATA")
    if real is None:
        printed = print_arretes(folder / "demo")
        scans = [path for path in printed if "logis" not in path.name]
        return Orders(scans, {}, next(path for path in printed if "logis" in path.name))
    found = sorted((Path(real) / "aps").glob("*.pdf"))
    digital = next(path for path in found if "2021-09-24" in path.name)
    scans = [path for path in found if path != digital]
    references = {
        path.stem: words(path.with_suffix(".reference.md").read_text(encoding="utf-8"), is_markdown=True)
        for path in scans
    }
    return Orders(scans, references, digital)


def _install_other() -> None:
    """Make the environment of ocrmypdf from its lock, or bring it up to date."""
    uv = [sys.executable, "-m", "uv"]
    python = str(OTHER / "bin" / "python")
    commands = [[*uv, "pip", "sync", "-q", "--python", python, "--require-hashes", str(LOCK)]]
    if not OTHER.is_dir():
        commands.insert(0, [*uv, "venv", "-q", "--python", sys.executable, str(OTHER)])
    for command in commands:
        subprocess.run(command, check=True, timeout=TIMEOUT_SECONDS)


def _scans(orders: Orders, folder: Path) -> Row:
    """Return the row of the scans: each way in turn, several times, the fastest of each."""
    pictures = _pictures(orders.scans, folder / "pictures")
    ours, others, limits = [], [], []
    for turn in range(REPEATS):
        ours.append(_ours(orders.scans, folder / f"ours-{turn}"))
        limits.append(_engine_alone(pictures))
        others.append(_others(orders.scans, folder / f"others-{turn}"))
    best = min(cost.seconds for cost in ours)
    return Row(
        name=f"② OCR, {len(orders.scans)} scans, {len(pictures)} pages, {usable_cores()} processes",
        cost=Cost(best, max(cost.peak_mb for cost in ours)),
        limit="tesseract alone on the same pictures",
        limit_seconds=min(limits),
        bound=round(1 / SHARE_OF_LIMIT, 2),
        original_seconds=min(others),
        note=_verdict(orders, folder, len(pictures), best, min(others)),
    )


def _verdict(orders: Orders, folder: Path, pages: int, ours: float, others: float) -> str:
    """Return what the columns do not tell: pages a minute, words found, growth of the files."""
    rates = f"{60 * pages / ours:.0f} pages a minute, ocrmypdf {60 * pages / others:.0f}"
    told = [f"{rates}: {others / ours:.2f} times"]
    if others / ours < TIMES_FASTER:
        told.append(f"MISSED: at least {TIMES_FASTER:g} times ocrmypdf's")
    for name, reference in orders.references.items():
        shares = [
            share_found(reference, words((folder / f"{way}-0" / f"{name}.txt").read_text(encoding="utf-8")))
            for way in ("ours", "others")
        ]
        told.append(
            f"words {shares[0]:.3f} / {shares[1]:.3f}" + (" MISSED" if shares[0] <= shares[1] else "")
        )
    growth = max(
        (folder / "ours-0" / path.name).stat().st_size / path.stat().st_size for path in orders.scans
    )
    told.append(f"files at most {growth:.2f} times" + (" MISSED" if growth > LARGEST_GROWTH else ""))
    return ", ".join(told)


def _ours(sources: Sequence[Path], output: Path) -> Cost:
    return _run([sys.executable, "-m", "etl", "ocr", *map(str, sources), "--output", str(output), "--strict"])


def _others(sources: Sequence[Path], output: Path) -> float:
    """Return the seconds that ocrmypdf takes for the same files, one after the other, as its command does."""
    output.mkdir()
    seconds = 0.0
    for source in sources:
        target = output / source.name
        files = ["--sidecar", str(target.with_suffix(".txt")), str(source), str(target)]
        command = [
            str(OTHER / "bin" / "ocrmypdf"),
            "-q",
            "--jobs",
            str(usable_cores()),
            "-l",
            LANGUAGE,
            *files,
        ]
        seconds += _run(command).seconds
    return seconds


def _run(command: Sequence[str]) -> Cost:
    """Return what a command cost; its memory is that of the largest of its processes."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    if status != 0:
        raise RuntimeError(f"{' '.join(command[:4])} … ended with {status}")
    return Cost(seconds, usage.ru_maxrss * 1024 / MEGABYTE)


def _pictures(sources: Sequence[Path], folder: Path) -> list[Path]:
    """Return files with the pictures that our reader shows to the engine."""
    folder.mkdir()
    files = []
    for source in sources:
        with pypdfium2.PdfDocument(source) as document:
            for number in range(len(document)):
                raster = condensed(straightened(page_raster(document[number], Limits().page_pixels)))
                files.append(folder / f"{source.stem}-{number:03}.npy")
                np.save(files[-1], np.asarray(raster.picture))
    return files


_engine: PyTessBaseAPI


def _load_engine() -> None:
    global _engine  # noqa: PLW0603 - one engine per process of the pool, as in ours
    _engine = PyTessBaseAPI(path=f"{find_models()}/", lang=LANGUAGE, psm=PSM.AUTO)


def _recognise(picture: Path) -> int:
    levels = np.load(picture)
    _engine.SetImageBytes(levels.tobytes(), levels.shape[1], levels.shape[0], 1, levels.shape[1])
    return len(_engine.GetUTF8Text())


def _engine_alone(pictures: Sequence[Path]) -> float:
    """Return the seconds the engine takes for ready pictures, in warm processes."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    with multiprocessing.get_context("spawn").Pool(usable_cores(), _load_engine) as pool:
        pool.map(_recognise, pictures[: usable_cores()], chunksize=1)
        begun = time.perf_counter()
        pool.map(_recognise, pictures, chunksize=1)
        return time.perf_counter() - begun


def _digital(source: Path, folder: Path) -> Row:
    cost = min(
        (_ours([source], folder / f"digital-{turn}") for turn in range(REPEATS)), key=lambda c: c.seconds
    )
    begun = time.perf_counter()
    with pypdfium2.PdfDocument(source) as document:
        pages = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    return Row(
        name=f"② OCR, an order born digital, {len(pages)} pages kept",
        cost=cost,
        limit="pdfium takes the text of its pages in a warm process",
        limit_seconds=time.perf_counter() - begun,
        note=f"start included; under {DIGITAL_SECONDS:g} s"
        + (" MISSED" if cost.seconds > DIGITAL_SECONDS else ""),
    )


def _large_sheet(folder: Path) -> Row:
    """Return the row of a sheet of A0 covered with print: what takes the most memory of all that is read."""
    source = _sheet(folder / "a0.pdf")
    cost = _ours([source], folder / "a0")
    return Row(
        name="② OCR, a sheet of A0 covered with print",
        cost=cost,
        limit="tesseract alone on the same picture",
        limit_seconds=_engine_alone(_pictures([source], folder / "a0-pictures")),
        note=f"at most {LARGEST_PEAK_MB} MB a process"
        + (" MISSED" if cost.peak_mb > LARGEST_PEAK_MB else ""),
    )


def _sheet(target: Path) -> Path:
    import pikepdf  # noqa: PLC0415 - this row alone makes a document

    (arrete,) = [path for path in print_arretes(target.parent / "sheet") if "logis" in path.name]
    with pypdfium2.PdfDocument(arrete) as document:
        page = document[0].render(scale=100 / 72, grayscale=True).to_pil()
    sheet = Image.new("L", (3311, 4681), 255)
    for left in range(0, sheet.width, page.width):
        for top in range(0, sheet.height, page.height):
            sheet.paste(page, (left, top))
    pdf = pikepdf.new()
    add_scan(pdf, [fax(sheet.convert("1"))], (2384, 3370))
    pdf.save(target)
    return target
