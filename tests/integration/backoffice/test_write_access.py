"""Every address of the back-office that writes, asked by those who may not: nothing changes.

A new route joins `WRITES` with the role it needs and what a form of it holds. Whoever has the role is let
in with the same form: what refuses the others is the role, or the token, and nothing else.
"""

from dataclasses import dataclass, field

import pytest
from flask import Flask
from psycopg2 import sql

from etl.database import Role, connect
from etl.settings import Settings
from tests.ams import WAREHOUSES
from tests.editors import Visitor, editor_of

pytestmark = pytest.mark.postgres

READS = {"GET", "HEAD", "OPTIONS"}
ROLES = ("reader", "editor", "publisher")
LESS = {"editor": ["reader"], "publisher": ["reader", "editor"]}
# For everybody who has an account: there is no lesser role, and a stale token changes nothing there either.
FOR_ALL = {
    "/back-office/connexion",
    "/back-office/deconnexion",
    "/back-office/compte/mot-de-passe",
    "/back-office/compte/sessions",
}
ELEMENT = (
    "/back-office/arretes/<cid>/parametrage/<place>/<any(inapplicabilite, modification, avertissement):word>"
)
ON_ORDER = "/back-office/arretes/{cid}/parametrage/@arrete/avertissement"
WARNING = {"version": "1", "texte": "Un avertissement.", "faire": "enregistrer"}
TEXT = {"version": "1", "texte": "# Article 1\nUn alinéa."}
METADATA = {"nor": "DEVP1234567A", "title": "Arrêté du 12/05/15 relatif aux essais"}
DATED = {**METADATA, "date_of_signature": "2015-05-12"}


@dataclass(frozen=True)
class Write:
    """A route that writes: the role it needs, the fields of a form, the address where it is not the rule."""

    role: str = "editor"
    fields: dict[str, str] = field(default_factory=dict)
    address: str = ""


WRITES = {
    "/back-office/arretes/nouveau": Write(fields={**DATED, "cid": "FAKE9"}),
    "/back-office/arretes/<cid>/metadonnees": Write(fields={**DATED, "version": "1"}),
    "/back-office/arretes/<cid>/etat": Write(fields={"version": "1", "vers": "ABROGE"}),
    "/back-office/arretes/<cid>/importer": Write(fields={"source": "legifrance", "date": "2020-01-01"}),
    "/back-office/arretes/<cid>/comparaison/pris-en-compte": Write(fields={"change": "2026-01-01"}),
    "/back-office/arretes/<cid>/historique/<int:number>/retablir": Write(fields={"version": "1"}),
    "/back-office/arretes/<cid>/texte": Write(fields=TEXT),
    "/back-office/arretes/<cid>/texte/relecture": Write(fields=TEXT),
    "/back-office/arretes/<cid>/texte/enregistrement": Write(fields={**TEXT, "pertes": "1"}),
    "/back-office/texte/collage": Write(fields={"texte": "Un texte"}),
    f"{ELEMENT}/nouveau": Write(fields=WARNING, address=f"{ON_ORDER}/nouveau"),
    f"{ELEMENT}/<int:rank>": Write(fields=WARNING, address=f"{ON_ORDER}/0"),
    f"{ELEMENT}/<int:rank>/retirer": Write(fields={"version": "1"}, address=f"{ON_ORDER}/0/retirer"),
    "/back-office/arretes/<cid>/themes": Write(fields={"version": "1"}),
    "/back-office/publication": Write(role="publisher"),
}


@pytest.fixture(scope="module")
def people(filled_office: Flask) -> dict[str, Visitor]:
    """Somebody signed in with each role, with a good token."""
    return {role: editor_of(filled_office, role, role) for role in ROLES}


def address_of(rule: str) -> str:
    """Return an address that the rule serves."""
    given = WRITES[rule].address or rule.replace("<int:", "<").replace("<", "{").replace(">", "}")
    return given.format(cid=WAREHOUSES, number="1")


def stored(settings: Settings) -> list[object]:
    """Return what the back-office holds, as a hash for each table; being seen is no change."""
    statement = "SELECT coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') FROM backoffice.{} AS t"
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'backoffice' AND tablename <> 'sessions'"
    with connect(settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(tables)
        found: list[object] = []
        for (table,) in sorted(cursor.fetchall()):
            cursor.execute(sql.SQL(statement).format(sql.Identifier(table)))
            found.append((table, cursor.fetchone()))
        return found


def routes_of(app: Flask) -> set[str]:
    """Return every address of the back-office that writes."""
    return {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("backoffice.") and (rule.methods or set()) - READS
    }


def test_every_route_that_writes_is_here(filled_office: Flask) -> None:
    assert routes_of(filled_office) - FOR_ALL == set(WRITES)


@pytest.mark.parametrize(
    ("rule", "role"), [(rule, role) for rule, write in WRITES.items() for role in LESS[write.role]]
)
def test_a_lesser_role_changes_nothing(
    rule: str, role: str, people: dict[str, Visitor], filled_settings: Settings
) -> None:
    before = stored(filled_settings)
    answer = people[role].send(address_of(rule), **WRITES[rule].fields)
    assert answer.status_code == 403
    assert stored(filled_settings) == before


@pytest.mark.parametrize("token", ["", "stale", "of another"])
def test_without_their_own_token_nobody_changes_anything(
    token: str, people: dict[str, Visitor], filled_office: Flask, filled_settings: Settings
) -> None:
    before = stored(filled_settings)
    sent = people["reader"].token if token == "of another" else token
    client = people["publisher"].client
    for rule in sorted(routes_of(filled_office)):
        fields = WRITES[rule].fields if rule in WRITES else {}
        address = address_of(rule) if rule in WRITES else rule
        for headers in ({}, {"Sec-Fetch-Site": "same-origin"}, {"HX-Request": "true"}):
            answer = client.post(address, data={**fields, "csrf_token": sent}, headers=headers)
            assert (rule, answer.status_code) == (rule, 400)
    assert stored(filled_settings) == before


@pytest.mark.parametrize("rule", WRITES)
def test_the_role_is_let_in(rule: str, people: dict[str, Visitor]) -> None:
    write = WRITES[rule]
    answer = people[write.role].send(address_of(rule), **write.fields)
    assert answer.status_code not in {400, 401, 403}
