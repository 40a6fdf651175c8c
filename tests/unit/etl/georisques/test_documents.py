"""From the lines of the dump to the documents of published installations."""

from datetime import date
from pathlib import Path

import pytest

from etl.contracts import check_documents
from etl.errors import RefusedError
from etl.georisques.descriptions import mended
from etl.georisques.document_types import read_types
from etl.georisques.documents import (
    COLUMNS,
    Document,
    Published,
    orders_of,
    published_documents,
    sorted_out,
)
from etl.georisques.rows import Row, read_rows, refuse_too_many
from tests.stand_ins.georisques import georisques_id, row

TODAY = date(2026, 3, 2)
SITE, OTHER, UNPUBLISHED = "0065.00001", "0065.00002", "0065.00009"
TYPES = {"1": "Arrêté préfectoral", "2": "Rapport"}


def publish(*lines: dict[str, str]) -> Published:
    return published_documents([Document(**line) for line in lines], TYPES, {SITE, OTHER}, TODAY)


def file_of(folder: Path, content: bytes) -> Path:
    path = folder / "IC_documents.csv"
    path.write_bytes(content)
    return path


def test_a_line_becomes_a_document_and_an_order() -> None:
    published = publish(row(1, SITE, nom="AP d'autorisation "))
    (document,) = published.table.to_pylist()
    assert document == {
        "s3ic_id": SITE,
        "type": "Arrêté préfectoral",
        "description": "AP d'autorisation ",
        "date": "2015-06-18",
        "url": f"{georisques_id(1)}.pdf",
    }
    (order,) = orders_of(published.table).to_pylist()
    assert order == {
        "installation_s3ic_id": SITE,
        "description": "AP d'autorisation ",
        "date": "2015-06-18",
        "georisques_id": georisques_id(1),
    }
    assert (published.filtered, published.unknown_types, published.dates_emptied) == ({}, {}, 0)


def test_only_prefectoral_orders_are_orders_and_only_published_sites_count() -> None:
    published = publish(
        row(1, SITE),
        row(2, SITE, type_id_document="2"),
        row(3, UNPUBLISHED),
        row(4, UNPUBLISHED, type_id_document="2"),
    )
    assert published.table.num_rows == 2
    assert orders_of(published.table)["georisques_id"].to_pylist() == [georisques_id(1)]
    assert published.filtered == {"site not published": 2}


def test_a_type_that_has_no_name_is_told_and_left_out() -> None:
    published = publish(row(1, SITE), row(2, SITE, type_id_document="9"), row(3, SITE, type_id_document=""))
    assert published.table.num_rows == 1
    assert published.filtered == {"type not known": 2}
    assert published.unknown_types == {"9": 1, "": 1}


def test_the_newest_record_of_a_document_stays() -> None:
    address = {"url_document": f"{georisques_id(1)}.pdf"}
    published = publish(
        row(1, SITE, id_document="99", nom="middle", **address),
        row(2, SITE, id_document="100", nom="newest", **address),
        row(3, SITE, id_document="5", nom="oldest", **address),
    )
    assert published.table["description"].to_pylist() == ["newest"]
    assert published.filtered == {"another line of the same document": 2}


def test_a_document_of_two_sites_stays_with_the_newest_record() -> None:
    address = {"url_document": f"{georisques_id(1)}.pdf"}
    lines = [
        row(1, OTHER, id_document="7", **address),
        row(2, SITE, id_document="6", **address),
        row(3, UNPUBLISHED, id_document="8", **address),
    ]
    for order in (lines, lines[::-1]):
        published = publish(*order)
        assert published.table["s3ic_id"].to_pylist() == [OTHER]
        assert published.filtered == {"document of another site too": 1, "site not published": 1}


@pytest.mark.parametrize(
    ("day", "kept"),
    [
        ("1850-01-01", "1850-01-01"), ("1849-12-31", None), ("0992-09-22", None), ("1814-11-23", None),
        ("2031-03-02", "2031-03-02"), ("2031-03-03", None), ("2020-02-29", "2020-02-29"),
        ("2021-02-29", None), ("2020-13-01", None), ("18/06/2015", None), ("2015-06-18 00:00:00", None),
        ("tomorrow", None),
    ],
)  # fmt: skip
def test_dates_that_cannot_be_true_are_emptied(day, kept) -> None:
    published = publish(row(1, SITE, date_document=day))
    assert published.table["date"].to_pylist() == [kept]
    assert published.dates_emptied == (kept is None)


def test_a_document_without_date_is_no_trouble() -> None:
    published = publish(row(1, SITE, date_document=""))
    assert published.table["date"].to_pylist() == [None]
    assert published.dates_emptied == 0


def test_documents_come_by_site_and_the_newest_first() -> None:
    lines = [
        row(1, OTHER, date_document="2001-01-01"),
        row(2, SITE, date_document=""),
        row(3, SITE, date_document="1999-01-01"),
        row(4, SITE, date_document="2020-01-01"),
        *sorted((row(number, SITE) for number in (5, 6, 7)), key=lambda line: line["url_document"]),
    ]
    expected = [lines[place]["url_document"] for place in (3, 4, 5, 6, 2, 1, 0)]
    for order in (lines, lines[::-1]):
        published = publish(*order)
        assert published.table["url"].to_pylist() == expected
        check_documents(published.table, "it")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DÃ©charge de Fouju", "Décharge de Fouju"),
        ("PolyurÃ©thanes Ã  chaud", "Polyuréthanes à chaud"),
        ("APC &amp; annexes", "APC & annexes"),
        ("Arrêté d’autorisation « œuvre »", "Arrêté d’autorisation « œuvre »"),
        ("e\u0301tude", "étude"),
        (" AP ", " AP "),
        ("sur deux\r\n  lignes", "sur deux lignes"),
        ("À l'arrêt, Ça, ÉLEVAGE", "À l'arrêt, Ça, ÉLEVAGE"),
        ("", ""),
    ],
)
def test_descriptions_are_mended_and_nothing_else(text, expected) -> None:
    assert mended(text) == expected
    assert mended(expected) == expected


def test_mended_descriptions_are_counted() -> None:
    published = publish(row(1, SITE, nom="DÃ©charge"), row(2, SITE, nom="Décharge"))
    assert set(published.table["description"].to_pylist()) == {"Décharge"}
    assert published.descriptions_mended == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id_document": ""}, "malformed id_document"),
        ({"id_document": "12a"}, "malformed id_document"),
        ({"id_document": "²"}, "malformed id_document"),
        ({"code_s3ic": "65.1"}, "malformed code_s3ic"),
        ({"code_s3ic": f"{SITE} "}, "malformed code_s3ic"),
        ({"code_s3ic": f"{SITE}\n"}, "malformed code_s3ic"),
        ({"url_document": georisques_id(1)}, "malformed url_document"),
        ({"url_document": f"/{georisques_id(1)}.pdf"}, "malformed url_document"),
        ({"url_document": f"https://example.org/{georisques_id(1)}.pdf"}, "malformed url_document"),
        ({"url_document": f"A/0/{'f' * 32}.pdf"}, "malformed url_document"),
        ({"url_document": f"A/f/{'f' * 31}.pdf"}, "malformed url_document"),
        ({"url_document": f"A/f/{'f' * 32}.pdfx"}, "malformed url_document"),
        ({"url_document": f"A/f/{'f' * 32}xpdf"}, "malformed url_document"),
    ],
)
def test_lines_whose_ids_cannot_be_used_are_rejected(changes, reason) -> None:
    good, bad = row(1, SITE), row(2, SITE, **changes)
    documents, rejects = sorted_out(
        [Row(line, tuple(fields.values())) for line, fields in enumerate((good, bad), 1)], "IC_documents.csv"
    )
    assert documents == [Document(**good)]
    assert [(reject.line, reject.reason) for reject in rejects] == [(2, reason)]
    assert rejects[0].text == ";".join(bad.values())


def test_rows_are_read_with_their_lines_and_misfits_kept_apart(tmp_path) -> None:
    path = file_of(
        tmp_path,
        '\ufeff1;a;1;"un; deux\nlignes";u;d\n2;b;1;n;u\n3;c;1;é;u;d\n\n4;"d ""x""";1;n;u;d;e\n'.encode(),
    )
    rows, rejects = read_rows(path, COLUMNS)
    assert [(found.line, found.fields[0], found.fields[3]) for found in rows] == [
        (1, "1", "un; deux\nlignes"),
        (4, "3", "é"),
    ]
    assert [(reject.line, reject.reason) for reject in rejects] == [
        (3, "wrong field count"),
        (5, "wrong field count"),
        (6, "wrong field count"),
    ]


def test_bytes_that_are_no_text_reject_their_line_alone(tmp_path) -> None:
    content = b"1;a;1;ok;u;d\n2;b;1;\xe9t\xe9;u;d\n3;c;1;a\x00b;u;d\n4;d;1;ok;u;d\n"
    rows, rejects = read_rows(file_of(tmp_path, content), COLUMNS)
    assert [found.fields[0] for found in rows] == ["1", "4"]
    assert {reject.reason for reject in rejects} == {"characters that are no text"}
    assert rejects[0].text == r"2;b;1;\xe9t\xe9;u;d"


def test_lines_may_end_as_on_windows(tmp_path) -> None:
    rows, rejects = read_rows(file_of(tmp_path, b"1;a;1;n;u;d\r\n2;b;1;n;u;d\r\n"), COLUMNS)
    assert ([found.line for found in rows], rejects) == ([1, 2], [])


@pytest.mark.parametrize("lines", [3, 30_000])
def test_a_quotation_mark_that_is_never_closed_is_named(tmp_path, lines) -> None:
    good = b"7;0065.00001;1;n;u;d\n"
    content = good + b'8;0065.00001;1;"open;u;d\n' + good * lines
    with pytest.raises(RefusedError, match="line 2: a quotation mark is opened"):
        read_rows(file_of(tmp_path, content), COLUMNS)


def test_an_empty_file_is_refused(tmp_path) -> None:
    with pytest.raises(RefusedError, match=r"IC_documents\.csv in the dump is empty"):
        read_rows(file_of(tmp_path, b""), COLUMNS)


def test_two_percent_of_bad_lines_are_data_and_more_are_another_file(tmp_path) -> None:
    good, bad = b"1;a;1;n;u;d\n", b"1;a\n"
    for count, refused in ((2, False), (3, True)):
        _, rejects = read_rows(file_of(tmp_path, good * (100 - count) + bad * count), COLUMNS)
        if refused:
            with pytest.raises(RefusedError, match=r"3 of 100 rows.*wrong field count.*first on line 98"):
                refuse_too_many(rejects, 100)
        else:
            refuse_too_many(rejects, 100)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("2;Rapport\n", "names no type “Arrêté préfectoral”"),
        ("1;Arrêté préfectoral\n1;Rapport\n", "line 2: the id 1 has two names"),
        ("1,Arrêté préfectoral\n", "names no type"),
        ("", "is empty"),
    ],
)
def test_types_that_cannot_be_used_are_refused(tmp_path, content, sentence) -> None:
    path = tmp_path / "IC_types_document.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RefusedError, match=sentence):
        read_types(path)


def test_types_are_read_without_the_blanks_around_them(tmp_path) -> None:
    path = tmp_path / "IC_types_document.csv"
    path.write_text("1 ; Arrêté préfectoral\n1;Arrêté préfectoral\n2;Rapport;x\n", encoding="utf-8")
    types, rejects = read_types(path)
    assert types == {"1": "Arrêté préfectoral"}
    assert [reject.line for reject in rejects] == [3]
