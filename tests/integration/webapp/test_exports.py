"""The files of a collection over HTTP: one's own picks for one installation, and nothing else."""

import csv
import io
import json
import secrets
from collections.abc import Iterator

import psycopg2
import pytest
from flask.testing import FlaskClient
from odfdo import Document
from werkzeug.test import TestResponse

from etl.database import Role, connect
from etl.settings import Settings
from tests.demo_site import load_demo_orders
from tests.people import Person as Collector
from tests.people import alineas
from tests.site_visits import page_of
from webapp.guests.identity import SESSION_KEY, hash_of
from webapp.models import db

pytestmark = pytest.mark.postgres

SITE, OTHER_SITE = "0099.00323", "0099.01211"
CID = "JORFTEXT900000000001"
ENDINGS = ("odt", "docx", "ods", "csv")

ADD_GUEST = "INSERT INTO users (identity_hash, grouping) VALUES (%s, %s) RETURNING id"
ADD_PICK = """
INSERT INTO prescriptions (
    user_id, installation_id, cid, alinea_id, order_title, reference, name, topic, rank, content, removed_at
)
SELECT %(user)s, id, %(cid)s, %(alinea)s, 'Arrêté retenu', 'Article 1', 'Objet', 'EAU', '{0,1}', %(content)s,
    CASE WHEN %(removed)s THEN now() END
FROM installations WHERE s3ic_id = %(site)s AND owner_id IS NULL
"""
ADD_COPY = """
INSERT INTO installations (s3ic_id, owner_id, name, regime, active)
VALUES ('0000.00000', %s, 'SITE FICTIF', 'A', 'En fonctionnement') RETURNING id
"""
ADD_PICK_TO_COPY = """
INSERT INTO prescriptions (user_id, installation_id, georisques_id, order_title, reference, content)
VALUES (%s, %s, %s, 'Arrêté préfectoral', 'Article 9', '{"text": "texte de la copie"}')
"""


class Person:
    """A guest with a browser of their own."""

    def __init__(
        self, client: FlaskClient, connection: psycopg2.extensions.connection, grouping: str
    ) -> None:
        identity = secrets.token_bytes(16)
        self.client = client.application.test_client()
        self._connection = connection
        with self.client.session_transaction() as session:
            session[SESSION_KEY] = identity.hex()
        self.id = self._execute(ADD_GUEST, (hash_of(identity), grouping))

    def pick(self, site: str, text: str, *, table: bool = False, removed: bool = False) -> None:
        """Hold an alinea of a site; one that was removed can only be put back."""
        content: dict[str, object] = {"text": text}
        if table:
            content["table"] = [{"is_header": True, "cells": [["cellule", 0, 41]]}]
        values = {"user": self.id, "site": site, "cid": CID, "alinea": f"s_{secrets.randbelow(10**9)}"}
        self._execute(ADD_PICK, values | {"content": json.dumps(content), "removed": removed})

    def make_fictive(self) -> int:
        """Make a fictive site with one pick from a prefectoral order."""
        made = self._execute(ADD_COPY, (self.id,))
        self._execute(ADD_PICK_TO_COPY, (self.id, made, "A/b/" + "0" * 31 + "b"))
        return made

    def take(self, site: str, ending: str, query: str = "") -> TestResponse:
        """Ask for a file."""
        return self.client.get(f"/installations/{site}/collection.{ending}{query}")

    def rows(self, site: str, query: str = "") -> list[dict[str, str]]:
        """Return the rows of the table of a site."""
        text = self.take(site, "csv", query).data.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))

    def _execute(self, statement: str, values: object) -> int:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)
            found = cursor.fetchone() if cursor.description else None
        self._connection.commit()
        return int(found[0]) if found else 0


@pytest.fixture(scope="module")
def people(demo_settings: Settings, demo_client: FlaskClient) -> Iterator[tuple[Person, Person]]:
    """Two guests with picks: the first for two sites, the second for one of them."""
    load_demo_orders(demo_settings)
    with connect(demo_settings, Role.OWNER) as connection:
        first = Person(demo_client, connection, "arrete")
        second = Person(demo_client, connection, "theme")
        first.pick(SITE, "- premier alinéa")
        first.pick(SITE, "au-dessus du tableau", table=True)
        first.pick(SITE, "repris", removed=True)
        first.pick(OTHER_SITE, "autre site")
        second.pick(SITE, "de quelqu'un d'autre")
        yield first, second


def test_only_ones_own_picks_of_this_installation(people: tuple[Person, Person]) -> None:
    first, second = people

    assert [row["Prescription"] for row in first.rows(SITE)] == [
        "– premier alinéa",
        "au-dessus du tableau",
        "cellule",
    ]
    assert [row["Prescription"] for row in first.rows(OTHER_SITE)] == ["autre site"]
    assert [row["Prescription"] for row in second.rows(SITE)] == ["de quelqu'un d'autre"]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("query", ["", "?par=arrete", "?par=theme"])
def test_files_bear_their_name_and_stay_with_the_person(
    people: tuple[Person, Person], ending: str, query: str
) -> None:
    answer = people[0].take(SITE, ending, query)

    assert answer.status_code == 200
    name = answer.headers["Content-Disposition"].partition("filename=")[2]
    assert name.endswith(f".{ending}")
    assert SITE in name
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "text/html" not in answer.mimetype


def test_a_sheet_names_the_order_the_site_and_the_date_of_the_data(people: tuple[Person, Person]) -> None:
    document = Document(io.BytesIO(people[0].take(SITE, "odt").data))
    row = people[0].rows(SITE)[0]

    assert "PLATEFORME DU VAL CENDRE" in document.meta.title
    assert "données du" in document.meta.description
    assert row["Arrêté"] == "Arrêté retenu"
    assert row["Adresse de l'arrêté"].startswith("https://")
    assert row["Date de l'arrêté"]
    assert row["Date des données"]


def test_the_grouping_is_the_remembered_one(people: tuple[Person, Person]) -> None:
    def headings(person: Person, query: str = "") -> list[str]:
        document = Document(io.BytesIO(person.take(SITE, "odt", query).data))
        return [heading.inner_text for heading in document.body.get_elements("//text:h")]

    first, second = people
    assert headings(first) == headings(second, "?par=arrete") == []
    assert headings(second) == headings(first, "?par=theme") == ["Eau"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_who_picked_nothing_reads_so(
    people: tuple[Person, Person], demo_client: FlaskClient, ending: str
) -> None:
    stranger = demo_client.application.test_client()
    for client, site in ((stranger, SITE), (people[1].client, OTHER_SITE)):
        page = page_of(client, f"/installations/{site}/collection.{ending}")
        assert "Aucune prescription retenue" in page.text
        assert page.select(f'main a[href="/installations/{site}"]')
        answer = client.get(f"/installations/{site}/collection.{ending}")
        assert "Content-Disposition" not in answer.headers
        assert "no-store" in answer.headers["Cache-Control"]


def test_own_installations_are_nobody_elses(people: tuple[Person, Person], demo_client: FlaskClient) -> None:
    first, second = people
    made = str(first.make_fictive())

    (row,) = first.rows(made)
    assert (row["Installation"], row["Prescription"]) == ("SITE FICTIF", "texte de la copie")
    assert row["Adresse de l'arrêté"].endswith("b.pdf")
    assert second.take(made, "csv").status_code == 404
    assert demo_client.get(f"/installations/{made}/collection.csv").status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/installations/9999.99999/collection.odt", 404),
        ("/installations/123456/collection.odt", 404),
        (f"/installations/{SITE}/collection.pdf", 404),
        (f"/installations/{SITE}/collection.odt?par=couleur", 400),
        ("/installations/%00/collection.odt", 404),
    ],
)
def test_wrong_addresses(people: tuple[Person, Person], path: str, status: int) -> None:
    assert people[0].client.get(path).status_code == status


def test_a_file_writes_nothing(people: tuple[Person, Person], demo_client: FlaskClient) -> None:
    def users() -> int:
        with demo_client.application.app_context():
            return int(db.session.execute(db.text("SELECT count(*) FROM users")).scalar_one())

    before = users()
    answer = demo_client.application.test_client().get(f"/installations/{SITE}/collection.csv")

    assert "Set-Cookie" not in answer.headers
    assert users() == before


def test_the_panel_offers_the_files_as_it_is_grouped(
    demo_settings: Settings, demo_client: FlaskClient
) -> None:
    person = Collector(demo_client.application)
    empty = person.read()
    assert person.tick(*alineas(empty)[:5]).status_code == 303

    for grouping in ("arrete", "theme"):
        person.send("regroupement", par=grouping)
        for page in (person.read(), person.collection()):
            links = [str(link["href"]) for link in page.select(".downloads a")]
            assert links == [
                f"/installations/{person.site}/collection.{ending}?par={grouping}" for ending in ENDINGS
            ]
    assert empty.select(".downloads") == []
    answer = person.client.get(links[0])
    assert "Content-Disposition" in answer.headers
    assert len(Document(io.BytesIO(answer.data)).body.get_elements("table:table")) >= 1
