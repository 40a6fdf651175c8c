"""What makes a whole extraction unusable is one sentence, and nothing is written."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.errors import RefusedError
from etl.s3ic import transform_icpe
from tests.s3ic_extraction import DEMO, LINES_FILE, SITES_FILE, TODAY, line, lines_text, site, sites_text

GOOD_SITES = sites_text(site(number) for number in range(60)).encode()
GOOD_LINES = lines_text(line(number % 60, quantité=f"{number}.000") for number in range(300)).encode()
HEADER = GOOD_SITES.partition(b"\n")[0]


def replaced(old: str, new: str, encoding: str = "utf-8") -> Callable[[bytes], bytes]:
    return lambda content: content.decode().replace(old, new).encode(encoding)


REFUSED: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "empty": (SITES_FILE, lambda _: b"", "is empty"),
    "blank": (LINES_FILE, lambda _: b"\n\n", "is empty"),
    "only a mark": (LINES_FILE, lambda _: b"\xef\xbb\xbf", "is empty"),
    "header only": (SITES_FILE, lambda _: HEADER + b"\n", "a header and no data"),
    "header without its end": (SITES_FILE, lambda _: HEADER, "line 1: the last line has no line end"),
    "missing column": (SITES_FILE, replaced("famille", "family"), "line 1: the column famille is missing"),
    "missing columns": (
        LINES_FILE,
        lambda content: replaced("unité", "u")(replaced("quantité", "q")(content)),
        "the columns quantité, unité are missing",
    ),
    "doubled column": (SITES_FILE, replaced("code_naf\n", "code_naf;region\n"), "column region stands twice"),
    "swapped files": (SITES_FILE, lambda _: GOOD_LINES, "are missing"),
    "commas": (SITES_FILE, replaced(";", ","), "separated by a comma, not by a semicolon"),
    "tabs": (LINES_FILE, replaced(";", "\t"), "separated by a tab, not by a semicolon"),
    "Latin-1": (SITES_FILE, replaced("", "", "latin-1"), "line 1: the header is not UTF-8 text"),
    "UTF-16": (SITES_FILE, replaced("", "", "utf-16"), "line 1: the header is not UTF-8 text"),
    "garbage": (LINES_FILE, lambda _: bytes(range(255, 0, -1)) * 500, "the header is not UTF-8 text"),
    "another file": (LINES_FILE, lambda _: b"a;b\n1;2\n", "line 1: none of the columns code_s3ic, "),
    "cut in a field": (SITES_FILE, lambda content: content[:-4], "line 61: the last line has no line end"),
    "cut in the middle": (LINES_FILE, lambda content: content[:9000], "the last line has no line end"),
    "open quotation mark": (
        SITES_FILE,
        replaced("SITE 7;", '"SITE 7;'),
        "line 9: a quotation mark is opened and not closed",
    ),
    "quotation mark open to the end": (
        LINES_FILE,
        replaced("299.000;MW", '299.000;"MW'),
        "line 301: a quotation mark is opened and not closed",
    ),
    "too many rejected": (
        SITES_FILE,
        replaced("0099.0000", "99.0000"),
        "10 of 60 lines would be rejected, more than 2%; most for “malformed code_s3ic”, first on line 2",
    ),
    "nothing to publish": (SITES_FILE, replaced(";A;NS", ";D;NS"), "holds nothing to publish"),
    "no line to publish": (LINES_FILE, replaced("En fonctionnement", "Reprise"), "nothing to publish"),
}  # fmt: skip


@pytest.mark.parametrize(("file", "damage", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_the_sentence_names_the_file_and_the_trouble(
    tmp_path: Path, file: str, damage: Callable[[bytes], bytes], sentence: str
) -> None:
    content = {SITES_FILE: GOOD_SITES, LINES_FILE: GOOD_LINES}
    content[file] = damage(content[file])
    for name, data in content.items():
        (tmp_path / name).write_bytes(data)
    output = tmp_path / "output"
    with pytest.raises(RefusedError, match=re.escape(sentence)) as refused:
        transform_icpe(
            establishments=tmp_path / SITES_FILE,
            classements=tmp_path / LINES_FILE,
            output=output,
            today=TODAY,
        )
    assert file in str(refused.value)
    assert str(refused.value).endswith(".")
    assert not output.exists()


def test_the_good_files_of_these_cases_pass(tmp_path: Path) -> None:
    (tmp_path / SITES_FILE).write_bytes(GOOD_SITES)
    (tmp_path / LINES_FILE).write_bytes(GOOD_LINES)
    report = transform_icpe(
        establishments=tmp_path / SITES_FILE, classements=tmp_path / LINES_FILE, output=tmp_path / "output"
    )
    assert (report.rows_in, report.rows_out) == (360, 360)


@pytest.mark.parametrize("place", ["nowhere.csv", "s3ic", f"s3ic/{SITES_FILE}/inside.csv"])
def test_a_file_that_is_not_there(tmp_path: Path, place: str) -> None:
    with pytest.raises(RefusedError, match=r"There is no file .*Check its address\."):
        transform_icpe(
            establishments=DEMO.parent / place, classements=DEMO / LINES_FILE, output=tmp_path, today=TODAY
        )
    assert list(tmp_path.iterdir()) == []
