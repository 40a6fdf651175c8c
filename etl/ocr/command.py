"""`python -m etl ocr`: files in, searchable documents and what is said of them out."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from etl.errors import RefusedError
from etl.ocr.batch import Job, Options, Result, read_documents
from etl.ocr.limits import usable_cores
from etl.ocr.models import find_models
from etl.ocr.outcomes import Status

WORK = ".ocr-work"


def run(
    files: Sequence[Path], output: Path, *, processes: int | None = None, models: Path | None = None
) -> Iterator[Result]:
    """Read files into a folder and yield each result as it ends.

    Pages of unfinished documents are kept in `.ocr-work` of the folder, which goes when all is done.

    Raises:
        RefusedError: two files would take the same name, or one would be overwritten by its own result.
        EngineMissingError: there is no engine or no French model on this machine.
        OSError: the folder cannot be written.
    """
    jobs = make_jobs(files, output)
    options = Options(find_models(models), output / WORK, processes or usable_cores())
    yield from read_documents(jobs, options)
    with suppress(OSError):
        # Not where another run still keeps its pages there.
        options.work.rmdir()


def make_jobs(files: Sequence[Path], output: Path) -> list[Job]:
    """Return a job per file; the same file given twice counts once.

    Raises:
        RefusedError: two files would take the same name, or one would be overwritten by its own result.
    """
    named: dict[str, Path] = {}
    for file in files:
        other = named.setdefault(file.stem, file)
        if other.resolve() != file.resolve():
            raise RefusedError(
                f"{other} and {file} would both be written to {output / file.stem}.pdf. "
                "Give them in two runs with two folders."
            )
        if file.resolve() == (output / f"{file.stem}.pdf").resolve():
            raise RefusedError(
                f"{file} would be overwritten by its own result. Choose another folder for --output."
            )
    return [Job(file, output, name) for name, file in named.items()]


def describe(result: Result) -> str:
    """Return the line that tells how a file ended."""
    seconds = sum(page.seconds for page in result.outcome.pages)
    told = "as before" if result.is_reused else f"{seconds:.1f} s of reading"
    return f"{result.job.name}: {result.outcome.status.value}. {result.outcome.reason} ({told})"


def has_failed(result: Result) -> bool:
    """Whether a file has no text."""
    return result.outcome.status is Status.ERROR
