"""A dataset file that breaks its contract is refused whole, in a sentence that quotes none of its values."""

import csv
import io
import re

import pytest

from etl.contracts import (
    AP_COLUMNS,
    CLASSEMENT_COLUMNS,
    DOCUMENT_COLUMNS,
    INSTALLATION_COLUMNS,
    is_date,
    read_aps,
    read_classements,
    read_documents,
    read_installations,
)
from etl.errors import RefusedError
from tests.icpe_files import HIDDEN_LINE, classement, installation

ORDER_ID, OTHER_ID = "A/f/" + "0" * 31 + "f", "P/0/" + "a" * 31 + "0"
SITES = [installation(1), installation(2)]
LINES = [classement(1), classement(1, **HIDDEN_LINE), classement(2)]


def text_of(columns: tuple[str, ...], rows: list[dict[str, str]]) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def sites_file(rows: list[dict[str, str]]) -> bytes:
    return text_of(INSTALLATION_COLUMNS, rows)


def lines_file(rows: list[dict[str, str]]) -> bytes:
    return text_of(CLASSEMENT_COLUMNS, rows)


def test_good_files_are_read_as_text_with_nothing_for_empty() -> None:
    assert read_installations(sites_file(SITES), "a").to_pylist() == SITES
    expected = [{name: value or None for name, value in row.items()} for row in LINES]
    assert read_classements(lines_file(LINES), "b").to_pylist() == expected


@pytest.mark.parametrize(
    ("rows", "row", "column"),
    [
        ([installation(1, s3ic_id="0058-00001")], 1, "s3ic_id"),
        ([installation(1), installation(1)], 2, "s3ic_id"),
        ([installation(2), installation(1)], 2, "s3ic_id"),
        ([installation(1, regime="S")], 1, "regime"),
        ([installation(1, regime="")], 1, "regime"),
        ([installation(1, seveso="SSH")], 1, "seveso"),
        ([installation(1), installation(2, family="industrie")], 2, "family"),
        ([installation(1, active="A l'arrêt")], 1, "active"),
        ([installation(1, lat="est")], 1, "lat"),
        ([installation(1, lon="NaN")], 1, "lon"),
        ([installation(1, last_inspection="2021-02-29")], 1, "last_inspection"),
    ],
)
def test_a_bad_installation(rows, row, column) -> None:
    data = sites_file(rows)
    with pytest.raises(RefusedError, match=rf"^sites, row {row} \(header not counted\): column {column} "):
        read_installations(data, "sites")


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"rubrique": "2910-A"}, "rubrique"),
        ({"rubrique": ""}, "rubrique"),
        ({"regime": "DC"}, "regime"),
        ({"regime_acte": "1"}, "regime_acte"),
        ({"state": "En projet"}, "state"),
        ({"date_autorisation": "2016-11-31"}, "date_autorisation"),
        ({"volume": "90,0"}, "volume"),
        ({"s3ic_id": "0058.00000"}, "s3ic_id"),
    ],
)
def test_a_bad_line(changes, column) -> None:
    data = lines_file([classement(1), classement(1, **changes)])
    with pytest.raises(RefusedError, match=rf"^lines, row 2 \(header not counted\): column {column} "):
        read_classements(data, "lines")


@pytest.mark.parametrize(
    "shown",
    [
        {"rubrique": "4718"},
        {"rubrique_acte": "4725"},
        {"rubrique_acte": "2910"},
        {"regime": "A"},
        {"regime_acte": ""},
        {"alinea": "1"},
        {"alinea_acte": "#"},
        {"activite": "Gaz"},
        {"date_autorisation": "2016-11-09"},
        {"date_mise_en_service": "2016-11-09"},
        {"last_substantial_modif_date": "2016-11-09"},
        {"volume": "8913.757"},
        {"unit": "t"},
    ],
)
def test_a_line_that_shows_what_must_be_hidden_is_never_quoted(shown) -> None:
    data = lines_file([classement(1), classement(1, **HIDDEN_LINE | shown)])
    with pytest.raises(RefusedError, match="shows what a rubrique beginning with 47 must hide") as refused:
        read_classements(data, "lines")
    assert "row 2" in str(refused.value)
    assert "8913" not in str(refused.value)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda data: data.partition(b"\n")[0] + b"\n", "holds no line"),
        (lambda data: data.replace(b"num_dep", b"department_number"), "does not begin with the columns"),
        (lambda data: data.replace(b",", b";"), "does not begin with the columns"),
        (lambda data: b"\xef\xbb\xbf" + data, "does not begin with the columns"),
        (lambda data: data[:-3], "does not end with a line end"),
        (lambda _: b"", "does not begin with the columns"),
        (lambda data: data.replace(b"AMILLIS", b"\xc9VRY"), "cannot be read as a table"),
        (lambda data: data.replace(b"AMILLIS,", b"AMILLIS,8913.757,"), "cannot be read as a table"),
    ],
)
def test_a_file_that_is_no_dataset(damage, sentence) -> None:
    data = sites_file(SITES)
    with pytest.raises(RefusedError, match=re.escape(sentence)) as refused:
        read_installations(damage(data), "sites.csv")
    assert str(refused.value).startswith("sites.csv")
    assert "8913" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2024-02-29", True), ("2023-02-29", False), ("1814-11-23", True), ("0000-01-01", False),
     ("2024-04-31", False), ("٢٠٢٤-01-01", False), ("20240101", False), ("2024-1-1", False),
     ("2024-01-01 ", False)],
)  # fmt: skip
def test_days_of_the_calendar(text, expected) -> None:
    assert is_date(text) is expected


def order(number: int, **changes: str) -> dict[str, str]:
    """Return an order that was read, of the n-th installation, in the columns of the file."""
    row = {
        "installation_s3ic_id": f"0058.{number:05d}",
        "description": "AP d'autorisation",
        "date": "2015-06-18",
        "georisques_id": ORDER_ID,
        "ocr_status": "SUCCESS",
        "size": "199821",
    }
    return row | changes


def document(number: int, **changes: str) -> dict[str, str]:
    """Return a document of the n-th installation, in the columns of the file."""
    row = {
        "s3ic_id": f"0058.{number:05d}",
        "type": "Rapport",
        "description": "Visite",
        "date": "2015-06-18",
        "url": f"{ORDER_ID}.pdf",
    }
    return row | changes


def test_orders_and_documents_are_read_as_text() -> None:
    orders = [order(1), order(2, georisques_id=OTHER_ID, date="", ocr_status="ERROR", size="")]
    expected = [{name: value or None for name, value in row.items()} for row in orders]
    assert read_aps(text_of(AP_COLUMNS, orders), "a").to_pylist() == expected
    documents = [document(1), document(1, url=f"{OTHER_ID}.pdf")]
    assert read_documents(text_of(DOCUMENT_COLUMNS, documents), "b").to_pylist() == documents


def test_a_sample_may_hold_no_order() -> None:
    assert read_aps(text_of(AP_COLUMNS, []), "a").num_rows == 0
    assert read_documents(text_of(DOCUMENT_COLUMNS, []), "b").num_rows == 0


def test_sizes_as_the_original_wrote_them_are_understood() -> None:
    assert read_aps(text_of(AP_COLUMNS, [order(1, size="199821.0")]), "a").num_rows == 1


@pytest.mark.parametrize(
    ("rows", "row", "column"),
    [
        ([order(1, installation_s3ic_id="58.1")], 1, "installation_s3ic_id"),
        ([order(2), order(1, georisques_id=OTHER_ID)], 2, "installation_s3ic_id"),
        ([order(1), order(2)], 2, "georisques_id"),
        ([order(1, georisques_id=ORDER_ID.lower())], 1, "georisques_id"),
        ([order(1, georisques_id="A/0/" + "0" * 31 + "f")], 1, "georisques_id"),
        ([order(1, georisques_id="A/f/" + "0" * 30 + "f")], 1, "georisques_id"),
        ([order(1, georisques_id="../" + ORDER_ID)], 1, "georisques_id"),
        ([order(1, georisques_id="")], 1, "georisques_id"),
        ([order(1, date="2015-02-30")], 1, "date"),
        ([order(1, ocr_status="DONE")], 1, "ocr_status"),
        ([order(1, ocr_status="")], 1, "ocr_status"),
        ([order(1, size="1.5")], 1, "size"),
        ([order(1, size="-1")], 1, "size"),
        ([order(1, size="")], 1, "size"),
        ([order(1), order(2, georisques_id=OTHER_ID, ocr_status="ERROR")], 2, "size"),
    ],
)
def test_a_bad_order_is_named_by_row_and_column(rows, row, column) -> None:
    with pytest.raises(RefusedError, match=rf"a, row {row} .*column {column} "):
        read_aps(text_of(AP_COLUMNS, rows), "a")


@pytest.mark.parametrize(
    ("rows", "row", "column"),
    [
        ([document(1), document(2)], 2, "url"),
        ([document(2), document(1, url=f"{OTHER_ID}.pdf")], 2, "s3ic_id"),
        ([document(1, type="")], 1, "type"),
        ([document(1, url=ORDER_ID)], 1, "url"),
        ([document(1, url=f"{ORDER_ID}.pdf.exe")], 1, "url"),
        ([document(1, date="18/06/2015")], 1, "date"),
    ],
)
def test_a_bad_document_is_named_by_row_and_column(rows, row, column) -> None:
    with pytest.raises(RefusedError, match=rf"b, row {row} .*column {column} "):
        read_documents(text_of(DOCUMENT_COLUMNS, rows), "b")
