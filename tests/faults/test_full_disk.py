"""The disk is full: of the files of a step, of the database, of the work of the reader of scans."""

from pathlib import Path

import pytest

from etl.cluster import start_cluster, stop_cluster
from etl.migrations import migrate
from etl.settings import Settings
from launcher.ports import choose_port
from tests.demo_site import DEMO
from tests.faults.small_disk import fill, small_disk
from tests.faults.steps import ended, step
from tests.icpe_files import classement, installation, write_files
from tests.ocr_files import digital
from tests.site_visits import run

SITES = "SELECT count(*) FROM installations WHERE withdrawn_at IS NULL"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def transform(output: Path, classements: Path) -> tuple[int, str]:
    return ended(
        step(
            Settings(_env_file=None),
            "transform-icpe",
            *("--establishments", DEMO / "s3ic-liste-etablissements.csv"),
            *("--classements", classements),
            *("--output", output, "--accept-fewer-rows"),
        )
    )


def test_datasets_stay_as_they_were(tmp_path: Path) -> None:
    full, shorter = DEMO / "sic-liste-rubriques.csv", tmp_path / "sic-liste-rubriques.csv"
    shorter.write_bytes(b"".join(full.read_bytes().splitlines(keepends=True)[:-20]))
    with small_disk(tmp_path / "disk", 16) as disk:
        output = disk / "misc"
        assert transform(output, full)[0] == 0
        before = contents(output)
        ballast = fill(disk, leave=sum(map(len, before.values())) // 2)

        code, said = transform(output, shorter)
        assert code == 1
        assert "No space left on device" in said
        assert "What was there is untouched" in said
        assert contents(output) == before

        ballast.unlink()
        assert transform(output, shorter)[0] == 0
        after = contents(output)
        assert after.keys() == before.keys()
        assert len(after["classements_all.csv"]) < len(before["classements_all.csv"])


@pytest.mark.postgres
def test_rows_stay_as_they_were(run_dir: Path, tmp_path: Path) -> None:
    """Without room for its log Postgres stops itself; started again with room, it has what was committed."""
    few, many = (
        write_files(
            tmp_path / str(count),
            [installation(number) for number in range(count)],
            [classement(number) for number in range(count)],
        )
        for count in (50, 20_000)
    )
    with small_disk(run_dir / "disk", 160) as disk:
        settings = Settings(_env_file=None, run_dir=disk, postgres_port=choose_port(0, "PORT", "Postgres"))
        start_cluster(settings)
        try:
            migrate(settings)
            assert ended(step(settings, "sync-icpe", "--input", few))[0] == 0
            ballast = fill(disk, leave=1 << 20)

            code, said = ended(step(settings, "sync-icpe", "--input", many))
            assert code == 1
            assert "database" in said
            assert "Traceback" not in said

            ballast.unlink()
            stop_cluster(settings)
            start_cluster(settings)
            assert run(settings, SITES) == 50
            assert ended(step(settings, "sync-icpe", "--input", many))[0] == 0
            assert run(settings, SITES) == 20_000
        finally:
            stop_cluster(settings)


def test_a_searchable_document_is_whole_or_absent(tmp_path: Path) -> None:
    source = tmp_path / "order.pdf"
    source.write_bytes(digital())
    reading = ("ocr", source, "--strict", "--output")
    with small_disk(tmp_path / "disk", 4) as disk:
        output = disk / "read"
        output.mkdir()
        ballast = fill(disk, leave=0)

        code, said = ended(step(Settings(_env_file=None), *reading, output))
        assert code == 1
        assert "No space left on device" in said
        assert not (output / "order.pdf").exists()

        ballast.unlink()
        assert ended(step(Settings(_env_file=None), *reading, output))[0] == 0
        assert (output / "order.pdf").read_bytes().startswith(b"%PDF")
