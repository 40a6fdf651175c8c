"""The page of an installation."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from etl.database import Role, connect
from etl.settings import Settings
from tests.demo_site import site_settings
from tests.site_visits import add_installations, page_of, visitor_of

pytestmark = pytest.mark.postgres

SHOWN, HIDDEN, GONE, BARE = "0065.00001", "0065.00002", "0065.00003", "0065.00004"
LINE = (
    "INSERT INTO classements (installation_id, position, rubrique, alinea, regime, activite, "
    "date_autorisation, date_mise_en_service, state, rubrique_acte, alinea_acte, regime_acte, volume, unit) "
    "SELECT id, %(position)s, %(rubrique)s, %(alinea)s, %(regime)s, %(activite)s, %(date)s, %(date)s, "
    "'En fonctionnement', %(rubrique_acte)s, %(alinea_acte)s, %(regime_acte)s, %(volume)s, %(unit)s "
    "FROM installations WHERE s3ic_id = %(s3ic_id)s"
)
SILENT = dict.fromkeys(
    ("alinea", "activite", "date", "rubrique_acte", "alinea_acte", "regime_acte", "volume", "unit")
)


@pytest.fixture(scope="module")
def client(module_settings: Settings) -> Iterator[FlaskClient]:
    """A visitor of a site with an installation of each kind."""
    ready = site_settings(module_settings)
    with connect(ready, Role.ETL) as connection:
        add_installations(
            connection,
            {"s3ic_id": SHOWN, "name": "Usine <du> Lac & Cie", "seveso": "SH",
             "last_inspection": "2021-03-18"},
            {"s3ic_id": HIDDEN, "name": "DEPOT", "regime": "E"},
            {"s3ic_id": GONE, "name": "PARTIE", "withdrawn_at": "2026-03-01T10:00:00Z"},
            {"s3ic_id": BARE, "name": "NUE", "city": None, "code_postal": None, "seveso": None,
             "family": None, "department": None, "num_dep": None, "region": None},
        )  # fmt: skip
        lines = [
            {"s3ic_id": SHOWN, "position": 0, "rubrique": "2175", "regime": "D", "alinea": "#",
             "activite": "Engrais", "date": "2016-11-09", "rubrique_acte": "2171",
             "alinea_acte": "1-b", "regime_acte": "A",
             "volume": "1250.500", "unit": "m3"},
            {"s3ic_id": SHOWN, "position": 1, "rubrique": "253", "regime": "unknown"},
            {"s3ic_id": HIDDEN, "position": 0, "rubrique": "47xx", "regime": "NC", "rubrique_acte": "47xx",
             "regime_acte": "NC"},
        ]  # fmt: skip
        with connection.cursor() as cursor:
            cursor.executemany(LINE, [SILENT | line for line in lines])
    yield from visitor_of(ready)


def facts(sheet: Any) -> dict[str, str]:
    return {fact.dt.text: " ".join(fact.dd.text.split()) for fact in sheet.select(".fact")}


def cells(row: Any) -> list[str]:
    return [" ".join(cell.text.split()) for cell in row.select("th, td")]


def test_facts_in_words(client: FlaskClient) -> None:
    sheet = page_of(client, f"/installations/{SHOWN}")

    assert sheet.h1.text == "Usine <du> Lac & Cie"
    assert facts(sheet) == {
        "Commune": "AMILLIS",
        "Code postal": "77120",
        "Département": "SEINE ET MARNE (77)",
        "Région": "ILE DE FRANCE",
        "Régime": "Autorisation",
        "Statut Seveso": "Seveso seuil haut",
        "État de l’activité": "En fonctionnement",
        "Famille d’activité": "Industries",
        "Dernière inspection": "18/03/2021",
        "Code NAF": "Non renseigné",
        "Code INSEE de la commune": "Non renseigné",
        "Identifiant S3IC": SHOWN,
    }


def test_each_line_with_that_of_the_act_under_it(client: FlaskClient) -> None:
    sheet = page_of(client, f"/installations/{SHOWN}")
    rows = [cells(row) for row in sheet.select(".classements tbody tr")]

    assert rows == [
        ["2175", "–", "Déclaration", "Engrais", "1 250,5 m3", "09/11/2016", "09/11/2016", "–"],
        ["2171", "1-b", "Autorisation", "selon l’acte administratif"],
        ["253", "–", "Inconnu", "", "–", "–", "–", "–"],
    ]
    assert "47xx" not in sheet.text


def test_hidden_rubriques_show_their_number_and_what_it_means(client: FlaskClient) -> None:
    sheet = page_of(client, f"/installations/{HIDDEN}")
    rows = [cells(row) for row in sheet.select(".classements tbody tr")]

    assert rows == [["47xx", "Détail non communicable"]]
    assert "ne peuvent pas être déterminés" in " ".join(sheet.text.split())


def test_a_withdrawn_installation_says_so(client: FlaskClient) -> None:
    sheet = page_of(client, f"/installations/{GONE}")

    assert "n’est plus publiée depuis le 1er mars 2026." in " ".join(sheet.text.split())


def test_what_the_source_does_not_say(client: FlaskClient) -> None:
    sheet = page_of(client, f"/installations/{BARE}")

    assert {name for name, value in facts(sheet).items() if value == "Non renseigné"} >= {
        "Commune", "Département", "Région", "Statut Seveso", "Famille d’activité", "Dernière inspection",
    }  # fmt: skip
    assert "Aucun classement n’est publié" in sheet.text


def test_search_engines_keep_out(client: FlaskClient) -> None:
    sheet = page_of(client, f"/installations/{SHOWN}")

    assert sheet.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert client.get(f"/installations/{SHOWN}").headers["X-Robots-Tag"] == "noindex"


def test_an_unknown_id(client: FlaskClient) -> None:
    page_of(client, "/installations/9999.99999", status=404)


def test_the_copy_of_a_guest_has_no_public_page(client: FlaskClient, module_settings: Settings) -> None:
    with connect(module_settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(
            "WITH guest AS (INSERT INTO users (identity_hash) VALUES (sha256('another')) RETURNING id) "
            "INSERT INTO installations (s3ic_id, owner_id, name, regime, active) "
            "SELECT '0065.90001', id, 'SECRET PROJECT', 'A', 'En fonctionnement' FROM guest"
        )

    page_of(client, "/installations/0065.90001", status=404)
