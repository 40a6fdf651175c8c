"""The generated extraction is the same for the same seed, clean, and in the proportions of the real one."""

import pytest

from bench.generate_icpe import generate_icpe
from etl.s3ic import transform_icpe
from tests.s3ic_extraction import TODAY, rows_of


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    folder = tmp_path_factory.mktemp("generated")
    establishments, classements = generate_icpe(folder, 3_000)
    report = transform_icpe(
        establishments=establishments, classements=classements, output=folder / "output", today=TODAY
    )
    return folder / "output", report


def test_the_same_seed_gives_the_same_bytes(tmp_path) -> None:
    first = [path.read_bytes() for path in generate_icpe(tmp_path / "first", 200)]
    second = [path.read_bytes() for path in generate_icpe(tmp_path / "second", 200)]
    other = [path.read_bytes() for path in generate_icpe(tmp_path / "other", 200, seed=2)]
    assert first == second != other


def test_nothing_is_rejected_and_the_proportions_are_the_real_ones(output) -> None:
    _, report = output
    sites, lines = report.details["establishments"], report.details["classements"]
    assert report.rejected == {}
    assert (sites["read"], lines["read"]) == (3_117, 19_020)
    assert sites["published"] / 3_000 == pytest.approx(0.706, abs=0.03)
    assert lines["published"] / sites["published"] == pytest.approx(7.4, abs=0.8)
    assert lines["filtered"]["exact duplicate"] == pytest.approx(0.0125 * lines["read"], rel=0.1)
    assert lines["dates_emptied"]["date_autorisation"] / lines["published"] == pytest.approx(0.106, abs=0.02)
    assert report.details["hidden_lines"] / lines["published"] == pytest.approx(0.05, abs=0.03)


def test_every_site_may_be_published(tmp_path) -> None:
    establishments, classements = generate_icpe(tmp_path, 500, published_share=1.0)
    report = transform_icpe(
        establishments=establishments, classements=classements, output=tmp_path / "output", today=TODAY
    )
    assert report.details["establishments"]["published"] == 500


def test_names_have_words_of_their_own(output) -> None:
    folder, _ = output
    names = [row["name"] for row in rows_of(folder / "installations_all.csv")]
    assert len({word for name in names for word in name.split()}) > 1_000
