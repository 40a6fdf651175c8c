"""The demo department keeps its word: secrets of its own, a nomenclature of its own."""

import csv
import io
import re

import pypdfium2
import pytest

from demo.aps.short_arretes import load_short_arretes, print_short_arrete
from demo.georisques.publish_documents import DAMAGED, MISSING, listed_arretes, publish_documents
from tests.house.sources import ROOT, all_files
from tests.leak_values import DEMO_CLASSEMENTS, hidden_values
from tests.s3ic_extraction import DEMO, LINES_FILE


def test_hidden_values_occur_nowhere_else() -> None:
    """Tests that hide values of their own may name some of these; nothing that is shown or shipped may."""
    for path in all_files():
        if path.parts[0] != "tests" and ROOT / path != DEMO_CLASSEMENTS:
            content = (ROOT / path).read_bytes()
            assert [value for value in hidden_values() if value.encode() in content] == [], path


def test_each_hidden_value_occurs_once_in_the_extraction() -> None:
    text = DEMO_CLASSEMENTS.read_text("utf-8")
    as_written = [value for value in hidden_values() if "/" not in value]
    assert [text.count(value) for value in as_written] == [1] * len(as_written)
    assert len(as_written) > 40


def test_the_nomenclature_knows_the_rubriques_of_the_extraction() -> None:
    with (DEMO.parent / "idf" / "classement_references.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    keys = [(row["rubrique"], row["alinea"], row["regime"]) for row in rows]
    assert keys == sorted(set(keys))
    with (DEMO / LINES_FILE).open(encoding="utf-8", newline="") as stream:
        in_force = {row["rubrique_envigueur"] for row in csv.DictReader(stream, delimiter=";")}
    old_nomenclature = {rubrique for rubrique in in_force if len(rubrique) < 4}
    assert in_force - old_nomenclature <= {row["rubrique"] for row in rows}


def listed_documents() -> list[list[str]]:
    path = DEMO.parent / "georisques" / "IC_documents.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream, delimiter=";"))


def test_the_source_lists_every_order_for_its_site() -> None:
    listed = {(row[1], row[4].removesuffix(".pdf")) for row in listed_documents() if row[2] == "1"}
    expected = {(arrete.s3ic_id, arrete.georisques_id) for arrete in listed_arretes()}
    assert expected <= listed
    assert len(expected) == 24


def test_the_source_gives_out_every_order_but_one(tmp_path) -> None:
    given = publish_documents(tmp_path)
    files = {str(path.relative_to(tmp_path).with_suffix("")) for path in tmp_path.rglob("*.pdf")}
    assert len(files) == given == 23
    assert files == {arrete.georisques_id for arrete in listed_arretes()} - {MISSING.georisques_id}
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(tmp_path / f"{DAMAGED.georisques_id}.pdf")


@pytest.mark.parametrize("arrete", load_short_arretes(), ids=lambda arrete: arrete.name)
def test_a_short_order_fits_its_page_and_leaves_no_blank_to_fill(arrete) -> None:
    assert re.search(r"[{}]", arrete.source) is None
    with pypdfium2.PdfDocument(io.BytesIO(print_short_arrete(arrete))) as document:
        assert len(document) == 1
        assert "Fait à Brumeval" in document[0].get_textpage().get_text_bounded()
