"""Each format opened by LibreOffice; templates that were saved by it still make the same sheet."""

import csv
import re
import shutil
from pathlib import Path

import pytest
from odfdo import Document

from tests.office import AS_CSV, SHEETS_AS_CSV, Office
from tests.sheets import SHEET
from webapp.exports import docx_sheet, gun_ods, odt
from webapp.exports.csv_table import COLUMNS, build_csv
from webapp.exports.docx_sheet import build_docx
from webapp.exports.gun_ods import build_gun
from webapp.exports.gun_themes import DEFAULT_FILE, read_themes
from webapp.exports.odt import build_odt
from webapp.exports.sheet import Grouping

pytestmark = pytest.mark.xdist_group("libreoffice")

THEMES = read_themes(DEFAULT_FILE)
COLUMN_TITLES = """\
Références réglementaires et prescriptions
Éléments apportés par l’exploitant
Constats de l’inspection"""
RISKS = """\
Arrêté relatif aux entrepôts
Article 2.1 – Règles d'implantation
– les stockages < 3 m & autres
;
Polluant
Valeur limite
moyenne
maximum
NOx
'=1+1
30 mg/Nm³
SO2
– 20"""
WATER = """\
Arrêté relatif aux entrepôts
Annexe I > 2.8.
'=cmd|' /C calc'!A0"""
WITHOUT_TOPIC = """\
Arrêté préfectoral d'autorisation
Article 4 – Rejets
Ligne une
ligne deux
'+3 °C"""
TITLE = """\
Fiche d’inspection – ENTREPÔT D'ESSAI & FILS
AMILLIS – identifiant S3IC 0199.00001 – fiche établie le 22/11/2026"""
EXPECTED = {
    Grouping.BY_ORDER: f"{TITLE}\n{COLUMN_TITLES}\n{RISKS}\n{WATER}\n{WITHOUT_TOPIC}",
    Grouping.BY_TOPIC: (
        f"{TITLE}\nEau\n{COLUMN_TITLES}\n{WATER}\nRisques\n{COLUMN_TITLES}\n{RISKS}\n"
        f"Aucun thème\n{COLUMN_TITLES}\n{WITHOUT_TOPIC}"
    ),
}


def read(path: Path) -> str:
    """Return the text of a file that LibreOffice wrote, without blank lines."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream, delimiter=";"))


def test_sheets_as_text(office: Office, tmp_path: Path) -> None:
    sources = []
    for grouping in Grouping:
        for build, ending in ((build_odt, "odt"), (build_docx, "docx")):
            sources.append(tmp_path / f"{grouping.value}-{ending}.{ending}")
            sources[-1].write_bytes(build(SHEET, grouping))

    office.convert(sources, "txt:Text (encoded):UTF8", tmp_path)

    for grouping in Grouping:
        assert read(tmp_path / f"{grouping.value}-odt.txt") == EXPECTED[grouping]
        assert read(tmp_path / f"{grouping.value}-docx.txt") == EXPECTED[grouping]


def test_spans_are_kept_by_libreoffice(office: Office, tmp_path: Path) -> None:
    for build, ending in ((build_odt, "odt"), (build_docx, "docx")):
        (tmp_path / f"{ending}.{ending}").write_bytes(build(SHEET, Grouping.BY_ORDER))

    office.convert([tmp_path / "odt.odt", tmp_path / "docx.docx"], "html:HTML (StarWriter)", tmp_path)

    for ending in ("odt", "docx"):
        page = (tmp_path / f"{ending}.html").read_text(encoding="utf-8")
        assert len(re.findall(r'rowspan="2"', page)) == 2, ending
        assert len(re.findall(r'colspan="2"', page)) == 1, ending


def test_the_gun_sheet(office: Office, tmp_path: Path) -> None:
    (tmp_path / "gun.ods").write_bytes(build_gun(SHEET, Grouping.BY_ORDER, THEMES))

    office.convert([tmp_path / "gun.ods"], SHEETS_AS_CSV, tmp_path)

    header, *rows = rows_of(tmp_path / "gun-PDC.csv")
    points = [row for row in rows if any(row)]
    assert header[:3] == ["Nom", "Source", "Date source"]
    assert [row[:6] for row in points] == [
        ["Règles d'implantation", "Arrêté Ministériel", "01/04/2017", "2.1", "Risques accidentels", ""],
        ["Annexe I > 2.8.", "Arrêté Ministériel", "01/04/2017", "I > 2.8.", "Risques chroniques", ""],
        ["Rejets", "Arrêté Préfectoral", "03/02/2001", "4", "Autre", ""],
    ]
    assert points[0][6].splitlines()[0] == "– les stockages < 3 m & autres"
    assert [row[0] for row in rows_of(tmp_path / "gun-theme.csv")] == list(THEMES.in_year(2026))
    assert len(rows_of(tmp_path / "gun-source.csv")) == 14


def test_the_table_opens_as_one(office: Office, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(build_csv(SHEET, Grouping.BY_TOPIC))

    office.convert([tmp_path / "table.csv"], "ods", tmp_path, read_as=AS_CSV)

    values = Document(tmp_path / "table.ods").body.tables[0].get_values()
    assert [cell for cell in values[0] if cell] == list(COLUMNS)
    assert len([row for row in values if any(row)]) == 5
    formulas = Document(tmp_path / "table.ods").body.get_elements("//table:table-cell[@table:formula]")
    assert formulas == []


def test_templates_saved_by_an_editor_make_the_same_sheets(office: Office, tmp_path: Path) -> None:
    (tmp_path / "saved").mkdir()
    for template in (odt.TEMPLATE, docx_sheet.TEMPLATE, gun_ods.TEMPLATE):
        shutil.copy(template, tmp_path)
    change_style(tmp_path / odt.TEMPLATE.name)
    for template in (odt.TEMPLATE, docx_sheet.TEMPLATE, gun_ods.TEMPLATE):
        office.convert([tmp_path / template.name], template.suffix[1:], tmp_path / "saved")

    (tmp_path / "fiche.odt").write_bytes(
        build_odt(SHEET, Grouping.BY_TOPIC, tmp_path / "saved" / "inspection.odt")
    )
    (tmp_path / "mot.docx").write_bytes(
        build_docx(SHEET, Grouping.BY_TOPIC, tmp_path / "saved" / "inspection.docx")
    )
    (tmp_path / "gun2.ods").write_bytes(
        build_gun(SHEET, Grouping.BY_ORDER, THEMES, tmp_path / "saved" / "gun.ods")
    )
    office.convert([tmp_path / "fiche.odt", tmp_path / "mot.docx"], "txt:Text (encoded):UTF8", tmp_path)
    office.convert([tmp_path / "gun2.ods"], SHEETS_AS_CSV, tmp_path)

    assert read(tmp_path / "fiche.txt") == read(tmp_path / "mot.txt") == EXPECTED[Grouping.BY_TOPIC]
    assert [row[2] for row in rows_of(tmp_path / "gun2-PDC.csv")[1:4]] == [
        "01/04/2017",
        "01/04/2017",
        "03/02/2001",
    ]
    style = Document(tmp_path / "fiche.odt").get_style("paragraph", "Title")
    assert style is not None
    assert style.get_properties("text")["fo:color"] == "#ff0000"


def change_style(template: Path) -> None:
    """Make the title of a template red, as an editor would."""
    document = Document(template)
    style = document.get_style("paragraph", "Title")
    assert style is not None
    style.set_properties({"fo:color": "#ff0000"}, area="text")
    document.save(template)
