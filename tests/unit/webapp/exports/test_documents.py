"""The files that are made, read back by their libraries; templates that lost something."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import docx
import pytest
from odfdo import Document, Element, Table

from etl.errors import SettingsError
from regulation.order import Cell, Row
from regulation.order import Table as LawTable
from tests.sheets import SHEET, am_pick
from webapp.exports.csv_table import build_csv
from webapp.exports.docx_sheet import TEMPLATE as DOCX_TEMPLATE
from webapp.exports.docx_sheet import build_docx, check_docx
from webapp.exports.gun_ods import TEMPLATE as GUN_TEMPLATE
from webapp.exports.gun_ods import build_gun, check_gun
from webapp.exports.gun_themes import DEFAULT_FILE, read_themes
from webapp.exports.odt import TEMPLATE as ODT_TEMPLATE
from webapp.exports.odt import build_odt, check_odt
from webapp.exports.sheet import Grouping, Sheet

THEMES = read_themes(DEFAULT_FILE)
TOPICS = ["Eau", "Risques", "Aucun thème"]
RISKS = [
    "Arrêté relatif aux entrepôts",
    "Article 2.1 – Règles d'implantation",
    "– les stockages < 3 m & autres",
    ";",
]


def gun(sheet: Sheet, grouping: Grouping) -> bytes:
    return build_gun(sheet, grouping, THEMES)


def opened(data: bytes) -> Document:
    return Document(io.BytesIO(data))


def texts(element: Element) -> list[str]:
    return [paragraph.inner_text for paragraph in element.get_elements("text:p")]


def test_odt_by_order():
    body = opened(build_odt(SHEET, Grouping.BY_ORDER)).body
    (table,) = body.get_elements("table:table")
    header, *rows = table.get_elements("descendant::table:table-row[not(ancestor::table:table-cell)]")

    assert body.get_elements("//text:h") == []
    assert [texts(cell) for cell in header.get_elements("table:table-cell")] == [
        ["Références réglementaires et prescriptions"],
        ["Éléments apportés par l’exploitant"],
        ["Constats de l’inspection"],
    ]
    assert [texts(row.get_elements("table:table-cell")[0]) for row in rows] == [
        [*RISKS, ""],
        ["Arrêté relatif aux entrepôts", "Annexe I > 2.8.", "'=cmd|' /C calc'!A0"],
        ["Arrêté préfectoral d'autorisation", "Article 4 – Rejets", "Ligne une", "ligne deux", "'+3 °C"],
    ]
    assert all(texts(cell) == [""] for row in rows for cell in row.get_elements("table:table-cell")[1:])


def test_odt_by_topic():
    body = opened(build_odt(SHEET, Grouping.BY_TOPIC)).body
    tables = body.get_elements("table:table")

    assert [heading.inner_text for heading in body.get_elements("//text:h")] == TOPICS
    assert len(tables) == len(TOPICS)
    names = [table.get_attribute("table:name") for table in body.get_elements("//table:table")]
    assert len(set(names)) == len(names)


def test_odt_tables_are_tables():
    body = opened(build_odt(SHEET, Grouping.BY_ORDER)).body
    (inner,) = body.get_elements("//table:table-cell/table:table")
    places = inner.get_elements("descendant::table:table-row")

    def told(cell):
        names = ("table:number-rows-spanned", "table:number-columns-spanned")
        return "".join(texts(cell)), *(cell.get_attribute(name) for name in names)

    assert [[told(cell) for cell in row.children] for row in places] == [
        [("Polluant", "2", None), ("Valeur limite", None, "2"), ("", None, None)],
        [("", None, None), ("moyenne", None, None), ("maximum", None, None)],
        [("NOx", None, None), ("'=1+1", None, None), ("30 mg/Nm³", "2", None)],
        [("SO2", None, None), ("– 20", None, None), ("", None, None)],
    ]
    covered = inner.get_elements("descendant::table:covered-table-cell")
    assert len(covered) == 3


def test_odt_says_where_it_comes_from():
    document = opened(build_odt(SHEET, Grouping.BY_ORDER))
    origin = "Source : Géorisques / S3IC, Légifrance, données du 01/10/2026. Licence Ouverte 2.0."

    assert document.meta.title == "Fiche d’inspection – ENTREPÔT D'ESSAI & FILS"
    assert document.meta.description == origin
    assert document.meta.creation_date == datetime(2026, 11, 22)  # noqa: DTZ001  (as the file has it)
    assert document.meta.user_defined_metadata["Date des données"] == "01/10/2026"
    assert any(origin in each.inner_text for each in document.styles.get_elements("//text:p"))
    assert "Thumbnails/thumbnail.png" not in document.parts


def test_docx_by_order():
    document = docx.Document(io.BytesIO(build_docx(SHEET, Grouping.BY_ORDER)))
    (table,) = document.tables
    cells = [row.cells for row in table.rows]

    assert [cell.text for cell in cells[0]] == [
        "Références réglementaires et prescriptions",
        "Éléments apportés par l’exploitant",
        "Constats de l’inspection",
    ]
    assert [paragraph.text for paragraph in cells[1][0].paragraphs] == [*RISKS, ""]
    assert cells[2][0].text.endswith("'=cmd|' /C calc'!A0")
    assert document.core_properties.comments.startswith("Source : Géorisques / S3IC, Légifrance, données du")
    assert "Licence Ouverte" in document.sections[0].footer.paragraphs[0].text


def test_docx_by_topic():
    document = docx.Document(io.BytesIO(build_docx(SHEET, Grouping.BY_TOPIC)))

    headings = [each.text for each in document.paragraphs if each.style and each.style.name == "Heading 1"]
    assert headings == TOPICS
    assert len(document.tables) == len(TOPICS)


def test_docx_tables_are_tables():
    document = docx.Document(io.BytesIO(build_docx(SHEET, Grouping.BY_ORDER)))
    (inner,) = document.tables[0].rows[1].cells[0].tables

    # A cell of several places is read once for each of them.
    assert [[cell.text for cell in row.cells] for row in inner.rows] == [
        ["Polluant", "Valeur limite", "Valeur limite"],
        ["Polluant", "moyenne", "maximum"],
        ["NOx", "'=1+1", "30 mg/Nm³"],
        ["SO2", "– 20", "30 mg/Nm³"],
    ]


def test_docx_tells_a_table_too_wide_for_word_line_by_line():
    wide = LawTable((Row(tuple(Cell(str(number)) for number in range(64))),))
    sheet = replace(SHEET, picks=(am_pick(wide),))

    document = docx.Document(io.BytesIO(build_docx(sheet, Grouping.BY_ORDER)))

    cell = document.tables[0].rows[1].cells[0]
    assert cell.tables == []
    assert cell.paragraphs[-1].text == " | ".join(map(str, range(64)))


def test_gun():
    document = opened(gun(SHEET, Grouping.BY_ORDER))
    points, sources, themes = (table for table in document.body.tables)

    assert [table.name for table in (points, sources, themes)] == ["PDC", "source", "theme"]
    header, first, *_ = points.get_values()
    assert header == [
        "Nom", "Source", "Date source", "Article", "Thème", "Sous-Thème", "Prescription contrôlée", "Notes"
    ]  # fmt: skip
    assert first[:6] == [
        "Règles d'implantation", "Arrêté Ministériel", date(2017, 4, 1), "2.1", "Risques accidentels", None
    ]  # fmt: skip
    assert len(sources.get_column_values(0)) == 14
    assert themes.get_column_values(0) == list(THEMES.in_year(2026))


def test_gun_lists_to_choose_from():
    document = opened(gun(SHEET, Grouping.BY_ORDER))
    definitions = document.body.get_elements("//table:content-validation")
    lists = {each.get_attribute("table:name"): each.get_attribute("table:condition") for each in definitions}
    points: Table = document.body.tables[0]
    rows = points.get_elements("table:table-row")
    chosen = [
        [lists.get(cell.get_attribute("table:content-validation-name")) for cell in row.children]
        for row in rows[:3]
    ]

    source = "of:cell-content-is-in-list([$source.$A$1:.$A$14])"
    theme = "of:cell-content-is-in-list([$theme.$A$1:.$A$8])"
    assert chosen == [[None, source, None, None, theme, None, None, None]] * 3
    # An inspector adds points of his own below.
    assert sum(row.get_attribute_integer("table:number-rows-repeated") or 1 for row in rows[3:]) == 200


def test_an_unknown_date_is_an_empty_cell():
    sheet = replace(SHEET, orders={})

    values = opened(gun(sheet, Grouping.BY_ORDER)).body.tables[0].get_values()

    assert [row[2] for row in values[1:4]] == [None, None, None]


def test_csv():
    data = build_csv(SHEET, Grouping.BY_ORDER)
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))

    assert data.startswith(b"\xef\xbb\xbfInstallation;")
    assert [row["Référence"] for row in rows] == [
        "Article 2.1",
        "Article 2.1",
        "Annexe I > 2.8.",
        "Article 4",
    ]
    assert rows[0]["Prescription"] == "– les stockages < 3 m & autres\n;"
    assert rows[1]["Prescription"].startswith("Polluant | Valeur limite\n")
    assert rows[0]["Date de l'arrêté"] == "01/04/2017"
    assert (rows[3]["Thème"], rows[3]["Source"]) == ("Aucun thème", "Arrêté Préfectoral")
    assert {row["Licence"] for row in rows} == {"Licence Ouverte 2.0"}
    assert {row["Date des données"] for row in rows} == {"01/10/2026"}


HOSTILE = replace(
    SHEET,
    installation="=HYPERLINK(1)\x00\ud800",
    city="+33",
    picks=(
        am_pick("@SUM(1)\x07", "=1", name="+name"),
        am_pick(LawTable((Row((Cell("\t-1\x1f"), Cell("\r=2"))),)), "-3"),
    ),
    orders={},
)


@pytest.mark.parametrize("build", [build_odt, build_docx, gun, build_csv])
def test_no_paragraph_begins_as_a_formula(build: Callable[[Sheet, Grouping], bytes]):
    for grouping in Grouping:
        data = build(HOSTILE, grouping)
        if build is build_csv:
            rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")
            found = [cell for row in rows for cell in row]
        elif build is build_docx:
            body = docx.Document(io.BytesIO(data)).element.body
            found = ["".join(body_text.itertext()) for body_text in body.iter("{*}p")]
        else:
            found = [each.inner_text for each in opened(data).body.get_elements("//text:p")]
        assert [text for text in found if text.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
        assert any(text.startswith("'@SUM(1)") for text in found)


@pytest.mark.parametrize("template", [ODT_TEMPLATE, DOCX_TEMPLATE, GUN_TEMPLATE])
def test_nothing_is_left_of_the_template(template: Path):
    data = {ODT_TEMPLATE: build_odt, DOCX_TEMPLATE: build_docx, GUN_TEMPLATE: gun}[template](
        SHEET, Grouping.BY_TOPIC
    )
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        left = [name for name in package.namelist() if name.endswith(".xml") and b"{{" in package.read(name)]

    assert left == []


def changed(template: Path, folder: Path, old: str, new: str) -> Path:
    """Return a copy of a template with a text changed in each of its parts."""
    path = folder / template.name
    with zipfile.ZipFile(template) as source, zipfile.ZipFile(path, "w") as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename.endswith(".xml"):
                data = data.decode().replace(old, new).encode()
            target.writestr(entry, data)
    return path


LOST = [
    (ODT_TEMPLATE, check_odt, "{{texte}}", "", "inspection.odt has lost {{texte}}: write it back"),
    (DOCX_TEMPLATE, check_docx, "{{theme}}", "{{ thème }}", "inspection.docx has lost {{theme}}"),
    (ODT_TEMPLATE, check_odt, "{{origine}}", "", "has lost {{origine}}"),
    (GUN_TEMPLATE, check_gun, "{{date_source}}", "", "gun.ods has lost {{date_source}}"),
    (GUN_TEMPLATE, check_gun, 'table:name="theme"', 'table:name="Feuille3"', "no sheet « theme » any more"),
    (GUN_TEMPLATE, check_gun, "Arrêté Ministériel", "AM", "has lost « Arrêté Ministériel »"),
    (GUN_TEMPLATE, check_gun, 'table:content-validation-name="val1" office', "office", "{{source}} has lost"),
]  # fmt: skip


@pytest.mark.parametrize(("template", "see", "old", "new", "sentence"), LOST)
def test_a_template_that_lost_something_is_told_in_a_sentence(
    tmp_path: Path, template: Path, see: Callable[[Path], None], old: str, new: str, sentence: str
):
    path = changed(template, tmp_path, old, new)

    with pytest.raises(SettingsError, match=re.escape(sentence)):
        see(path)


@pytest.mark.parametrize(("template", "see"), [(ODT_TEMPLATE, check_odt), (DOCX_TEMPLATE, check_docx)])
def test_place_holders_in_a_wrong_place_are_told(tmp_path: Path, template: Path, see: Callable[[Path], None]):
    path = changed(template, tmp_path, "{{date}}", "{{date}} {{texte}}")

    with pytest.raises(
        SettingsError, match=r"must stand above the table and \{\{texte\}\} in one of its rows"
    ):
        see(path)


def test_the_templates_of_the_repository_are_whole():
    for see in (check_odt, check_docx, check_gun):
        see()
