"""Every address that writes, asked by those who may not: nothing changes, and each hears what was decided.

A new route joins `WRITES`: what of the victim's its address names, what a form of it holds, and what a
stranger (with a cookie and a good token of their own) is answered.
"""

from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg2 import sql
from werkzeug.test import TestResponse

from etl.database import Role, connect
from etl.settings import Settings
from tests.owners import LINE, Owner
from tests.people import AP, BOILERS, SITE, Person, alineas, pick_ids

pytestmark = pytest.mark.postgres

READS = {"GET", "HEAD", "OPTIONS"}
NO_TOKEN = 400
NOT_SIGNED_IN = 401
NOT_FOUND = 404
UNPROCESSABLE = 422
SCRIPTED = {"HX-Request": "true"}


@dataclass(frozen=True)
class Write:
    """A route that writes.

    `fields` and the address may name what the victim has: `{ref}`, `{pick}` and the others of `victim`.
    `for_a_stranger` is the status of a stranger's answer. Where it is not a refusal, what the stranger does
    concerns themselves alone: the victim's things stay.
    """

    fields: dict[str, str] = field(default_factory=dict)
    for_a_stranger: int = NOT_FOUND
    address: str = ""


# What editors do: who is not signed in is sent to the door before anything is looked at.
OFFICE = Write(for_a_stranger=NOT_SIGNED_IN)

ELEMENT = (
    "/back-office/arretes/<cid>/parametrage/<place>/<any(inapplicabilite, modification, avertissement):word>"
)
ON_ORDER = "/back-office/arretes/{cid}/parametrage/@arrete/avertissement"

WRITES = {
    ("POST", "/installations/<ref>/prescriptions"): Write({"cid": BOILERS, "p": "{alinea}"}),
    ("POST", "/installations/<ref>/prescriptions/retirer"): Write({"id": "{pick}"}),
    ("POST", "/installations/<ref>/prescriptions/remettre"): Write(),
    ("POST", "/installations/<ref>/prescriptions/nouveau-texte"): Write({"id": "{pick}"}),
    ("POST", "/installations/<ref>/prescriptions/regroupement"): Write({"par": "theme"}),
    ("POST", "/installations/<ref>/prescriptions/ajouter"): Write({"arrete": AP, "contenu": "Un texte"}),
    ("POST", "/prescriptions/mise-en-forme"): Write({"contenu": "Un texte"}, for_a_stranger=200),
    ("POST", "/installations/nouvelle"): Write({"nom": "Projet", **LINE}, for_a_stranger=303),
    ("POST", "/installations/<ref>/copie"): Write(),
    ("POST", "/installations/<ref>/nom"): Write({"nom": "Autre nom"}),
    ("POST", "/installations/<ref>/suppression"): Write({"prescriptions": "2"}),
    ("POST", "/installations/<ref>/classements/ajouter"): Write(LINE),
    ("POST", "/installations/<ref>/classements/<int:line_id>"): Write({**LINE, "lu": "{stamp}"}),
    ("POST", "/installations/<ref>/classements/<int:line_id>/retirer"): Write({"lu": "{stamp}"}),
    ("POST", "/donnees-personnelles/effacer"): Write({"confirmation": "oui"}, for_a_stranger=303),
    ("POST", "/back-office/connexion"): Write(
        {"name": "camille", "password": "x"}, for_a_stranger=UNPROCESSABLE
    ),
    ("POST", "/back-office/deconnexion"): OFFICE,
    ("POST", "/back-office/compte/mot-de-passe"): OFFICE,
    ("POST", "/back-office/compte/sessions"): OFFICE,
    ("POST", "/back-office/arretes/nouveau"): OFFICE,
    ("POST", "/back-office/arretes/<cid>/metadonnees"): OFFICE,
    ("POST", "/back-office/arretes/<cid>/etat"): OFFICE,
    ("POST", "/back-office/arretes/<cid>/importer"): OFFICE,
    ("POST", "/back-office/arretes/<cid>/comparaison/pris-en-compte"): OFFICE,
    ("POST", "/back-office/publication"): OFFICE,
    ("POST", "/back-office/arretes/<cid>/historique/<int:number>/retablir"): OFFICE,
    ("POST", "/back-office/arretes/<cid>/texte"): OFFICE,
    ("POST", "/back-office/arretes/<cid>/texte/relecture"): OFFICE,
    ("POST", "/back-office/arretes/<cid>/texte/enregistrement"): OFFICE,
    ("POST", "/back-office/texte/collage"): OFFICE,
    ("POST", f"{ELEMENT}/nouveau"): Write(for_a_stranger=NOT_SIGNED_IN, address=f"{ON_ORDER}/nouveau"),
    ("POST", f"{ELEMENT}/<int:rank>"): Write(for_a_stranger=NOT_SIGNED_IN, address=f"{ON_ORDER}/0"),
    ("POST", f"{ELEMENT}/<int:rank>/retirer"): Write(
        for_a_stranger=NOT_SIGNED_IN, address=f"{ON_ORDER}/0/retirer"
    ),
    ("POST", "/back-office/arretes/<cid>/themes"): OFFICE,
}

# What more the address names on a published installation: another person's pick is not found there either.
ON_PUBLISHED = [
    ("/prescriptions/retirer", {"id": "{published_pick}"}, NOT_FOUND),
    ("/prescriptions/nouveau-texte", {"id": "{published_pick}"}, NOT_FOUND),
    ("/prescriptions/retirer", {"tout": "oui"}, 303),
    ("/prescriptions/remettre", {}, 303),
]


@dataclass(frozen=True)
class Victim:
    """Someone with an own installation, picks on it and on a published one; what names these things."""

    client: FlaskClient
    token: str
    names: dict[str, str]

    def fill(self, text: str) -> str:
        """Put the names of the victim's things into an address or a field."""
        return text.format(**self.names)


@pytest.fixture(scope="module")
def victim(app: Flask) -> Victim:
    """Someone who made one of everything."""
    owner = Owner(app)
    ref = owner.copy()
    line = owner.forms(ref)[0]
    person = Person(app, site=ref)
    person.client = owner.client
    first, second, third, *_ = alineas(person.read())
    person.tick(first, second, third)
    person.untick(third)
    picks = pick_ids(person)
    elsewhere = Person(app, site=SITE)
    elsewhere.client = owner.client
    elsewhere.read()
    elsewhere.tick(first)
    names = {
        "ref": ref,
        "cid": BOILERS,
        "line_id": line.rpartition("/")[2],
        "number": "1",
        "stamp": owner.form(line)["lu"],
        "alinea": third,
        "pick": picks[0],
        "published_pick": pick_ids(elsewhere)[0],
    }
    return Victim(owner.client, elsewhere.token, names)


@pytest.fixture
def stranger(app: Flask) -> Person:
    """Someone else, who made something too."""
    someone = Person(app)
    someone.tick(alineas(someone.read())[0])
    return someone


def test_every_route_that_writes_is_decided(app: Flask) -> None:
    routes = {
        (method, rule.rule) for rule in app.url_map.iter_rules() for method in (rule.methods or set()) - READS
    }
    assert routes == set(WRITES)


@pytest.mark.parametrize(("method", "rule"), WRITES)
@pytest.mark.parametrize("who", ["nobody", "nobody, with a token", "no token", "a stale token"])
def test_without_cookie_or_token_nothing_changes(
    app: Flask, own_settings: Settings, victim: Victim, stranger: Person, method: str, rule: str, who: str
) -> None:
    tokens = {"nobody, with a token": victim.token, "a stale token": stranger.token}
    client = app.test_client() if who.startswith("nobody") else victim.client
    before = everything(own_settings, victim)
    for headers in ({}, SCRIPTED):
        answer = _ask(client, victim, method, rule, tokens.get(who), headers)
        assert answer.status_code == NO_TOKEN
    assert everything(own_settings, victim) == before


@pytest.mark.parametrize(("method", "rule"), WRITES)
def test_a_stranger_changes_nothing_of_another_person(
    own_settings: Settings, victim: Victim, stranger: Person, method: str, rule: str
) -> None:
    status = WRITES[method, rule].for_a_stranger
    is_refused = 400 <= status < 500 and status != UNPROCESSABLE
    look = everything if is_refused else victims_things
    before = look(own_settings, victim)
    answer = _ask(stranger.client, victim, method, rule, stranger.token)

    assert answer.status_code == status
    assert look(own_settings, victim) == before


@pytest.mark.parametrize(("path", "fields", "status"), ON_PUBLISHED)
def test_a_stranger_on_a_published_installation_has_their_own_picks_alone(
    own_settings: Settings, victim: Victim, stranger: Person, path: str, fields: dict[str, str], status: int
) -> None:
    before = victims_things(own_settings, victim)
    filled = {name: victim.fill(value) for name, value in fields.items()}
    answer = stranger.client.post(
        f"/installations/{SITE}{path}", data={"csrf_token": stranger.token, **filled}
    )
    assert answer.status_code == status
    assert victims_things(own_settings, victim) == before


def test_the_victim_may_do_what_the_others_may_not(own_settings: Settings, victim: Victim) -> None:
    before = victims_things(own_settings, victim)
    rule = ("POST", "/installations/<ref>/prescriptions")
    assert _ask(victim.client, victim, *rule, victim.token).status_code == 303
    assert victims_things(own_settings, victim) != before


def _ask(
    client: FlaskClient,
    victim: Victim,
    method: str,
    rule: str,
    token: str | None,
    headers: dict[str, str] | None = None,
) -> TestResponse:
    given = WRITES[method, rule]
    address = given.address or rule.replace("<int:", "<").replace("<", "{").replace(">", "}")
    data = {name: victim.fill(value) for name, value in given.fields.items()}
    if token is not None:
        data["csrf_token"] = token
    return client.open(victim.fill(address), method=method, data=data, headers=headers)


def everything(settings: Settings, _: Victim) -> list[str]:
    """Return what each table of the database holds, as a hash."""
    tables = (
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'backoffice') "
        "ORDER BY schemaname, tablename"
    )
    with connect(settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(tables)
        found = []
        for schema, table in cursor.fetchall():
            hashed = "SELECT coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') FROM {} AS t"
            cursor.execute(sql.SQL(hashed).format(sql.Identifier(schema, table)))
            row = cursor.fetchone()
            found.append(f"{schema}.{table} {row[0] if row else ''}")
        return found


def victims_things(settings: Settings, victim: Victim) -> list[str]:
    """Return the rows that are the victim's."""
    mine = "(SELECT owner_id FROM installations WHERE id = %(ref)s)"
    statements = [
        f"SELECT t::text FROM {table} AS t WHERE {column} = {mine} ORDER BY 1"  # noqa: S608  (names of ours)
        for table, column in (
            ("users", "id"),
            ("installations", "owner_id"),
            ("classements", "owner_id"),
            ("prescriptions", "user_id"),
        )
    ]
    with connect(settings, Role.OWNER) as connection, connection.cursor() as cursor:
        rows: list[str] = []
        for statement in statements:
            cursor.execute(statement, victim.names)
            found = [str(text) for (text,) in cursor.fetchall()]
            assert found
            rows += found
        return rows
