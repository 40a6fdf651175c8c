"""Guests: made when something is made, known by a signed cookie, forgotten on request."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from itsdangerous import TimestampSigner

from etl.database import Role, connect
from etl.settings import Settings
from tests.demo_site import load_demo, load_demo_orders, site_settings
from tests.people import BOILERS, SITE, Person, alineas
from tests.site_visits import faultless, page_of, visitor_of
from webapp.guests.visits import note_visit

pytestmark = pytest.mark.postgres

COOKIE = "envinorma"
OTHERS_PAGES = ["/", f"/installations/{SITE}", "/donnees", "/installations?q=val"]


@pytest.fixture(scope="module")
def guests_settings(new_database: Callable[..., Settings]) -> Settings:
    settings = site_settings(new_database())
    load_demo(settings)
    load_demo_orders(settings)
    return settings


@pytest.fixture(scope="module")
def app(guests_settings: Settings) -> Iterator[Flask]:
    for client in visitor_of(guests_settings):
        yield client.application


@pytest.fixture
def count(guests_settings: Settings) -> Callable[[str], int]:
    """A function that counts the rows of a table, as the owner sees them."""

    def rows(table: str) -> int:
        return int(str(asked(guests_settings, f"SELECT count(*) FROM {table}")))  # noqa: S608

    return rows


def asked(settings: Settings, statement: str) -> object:
    with connect(settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone() if cursor.description else (None,)
        return row[0] if row else None


def picker(app: Flask) -> Person:
    """Someone who picked one alinea."""
    person = Person(app)
    assert person.tick(alineas(person.read())[0]).status_code == 303
    return person


def test_looking_around_makes_nobody(app: Flask, count: Callable[[str], int]) -> None:
    before = count("users")
    person = Person(app)
    for path in (*OTHERS_PAGES, "/donnees-personnelles", person.address):
        page_of(person.client, path)
    person.read()

    assert count("users") == before


def test_pages_without_a_form_set_no_cookie(app: Flask) -> None:
    client = app.test_client()

    assert [path for path in OTHERS_PAGES if "Set-Cookie" in client.get(path).headers] == []


def test_the_first_pick_makes_one_person(app: Flask, count: Callable[[str], int]) -> None:
    before = count("users")
    person = Person(app)
    first, second, *_ = alineas(person.read())
    person.tick(first)
    person.tick(second)

    assert count("users") == before + 1
    assert person.held() == [first, second]


def test_the_cookie_is_closed_to_scripts_and_other_sites(app: Flask) -> None:
    cookie = Person(app).client.get(f"/installations/{SITE}/arretes?am={BOILERS}").headers["Set-Cookie"]

    assert cookie.startswith(f"{COOKIE}=")
    said = {part.strip().partition("=")[0] for part in cookie.split(";")}
    assert {"HttpOnly", "SameSite", "Path", "Expires"} <= said
    assert "SameSite=Lax" in cookie
    assert "Domain" not in said


def test_over_tls_the_cookie_belongs_to_this_host_alone(guests_settings: Settings) -> None:
    settings = guests_settings.model_copy(update={"site_url": "https://envinorma.example"})
    for client in visitor_of(settings):
        answer = client.get(
            f"/installations/{SITE}/arretes?am={BOILERS}", base_url="https://envinorma.example"
        )
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-envinorma=")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie


def test_the_table_keeps_a_hash_only(app: Flask, guests_settings: Settings) -> None:
    person = picker(app)
    with person.client.session_transaction() as session:
        identity = bytes.fromhex(session["guest"])

    assert len(identity) == 16
    written = asked(
        guests_settings,
        f"SELECT count(*) FROM users WHERE identity_hash = sha256('\\x{identity.hex()}')",  # noqa: S608
    )
    assert written == 1


@pytest.mark.parametrize(
    "forge",
    [
        lambda value: value[:-2] + ("aa" if value[-2:] != "aa" else "bb"),
        lambda value: "A" + value,
        lambda value: value.partition(".")[0],
        lambda _: "garbage",
        lambda _: "",
        lambda _: "é" * 50,
        lambda _: "." * 400,
    ],
)
def test_a_cookie_that_is_not_ours_is_nobody_s(app: Flask, forge: Callable[[str], str]) -> None:
    person = picker(app)
    cookie = person.client.get_cookie(COOKIE)
    assert cookie is not None
    stranger = app.test_client()
    stranger.set_cookie(COOKIE, forge(cookie.value))

    assert not page_of(stranger, person.address).select(".pick")
    assert len(person.held()) == 1


def test_a_cookie_that_is_too_old_is_nobody_s(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    person = picker(app)
    later = TimestampSigner("any").get_timestamp() + int(timedelta(days=91).total_seconds())
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: later)

    assert person.held() == []


def test_a_purged_person_starts_anew(app: Flask, guests_settings: Settings) -> None:
    person = picker(app)
    with person.client.session_transaction() as session:
        identity = session["guest"]
    asked(guests_settings, f"DELETE FROM users WHERE identity_hash = sha256('\\x{identity}')")  # noqa: S608

    assert person.held() == []
    first = alineas(person.read())[0]
    person.tick(first)
    assert person.held() == [first]


def last_visit(settings: Settings) -> object:
    return asked(
        settings, "SELECT now() - last_seen_at < interval '1 minute' FROM users ORDER BY id DESC LIMIT 1"
    )


def test_the_last_visit_is_written_once_an_hour(app: Flask, guests_settings: Settings) -> None:
    person = picker(app)
    asked(guests_settings, "UPDATE users SET last_seen_at = now() - interval '30 days'")
    person.client.get("/")
    assert last_visit(guests_settings) is False, "within the hour nothing is written"

    with person.client.session_transaction() as session:
        session["seen"] -= 3601
    answer = person.client.get("/")
    assert last_visit(guests_settings) is True, "any page counts as a visit"
    assert answer.headers["Set-Cookie"].startswith(COOKIE), "the cookie slides with it"
    assert "Set-Cookie" not in person.client.get("/").headers
    assert len(person.held()) == 1


def test_a_page_goes_out_though_the_visit_cannot_be_written(
    app: Flask, guests_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    person = picker(app)
    with person.client.session_transaction() as session:
        session["seen"] -= 3601
    asked(guests_settings, "REVOKE UPDATE ON users FROM envinorma_web")
    try:
        assert person.client.get("/").status_code == 200
    finally:
        asked(guests_settings, "GRANT UPDATE ON users TO envinorma_web")
    assert "last visit" in caplog.text


ADD_COPY = """
INSERT INTO installations (s3ic_id, owner_id, source_id, name, regime, active)
SELECT '0099.01211', (SELECT max(id) FROM users), id, 'MA COPIE', 'A', 'En fonctionnement'
FROM installations WHERE s3ic_id = '0099.01211' AND owner_id IS NULL;
INSERT INTO classements (installation_id, owner_id, position, rubrique, regime)
SELECT id, owner_id, 0, '1510', 'A' FROM installations WHERE name = 'MA COPIE';
INSERT INTO prescriptions (user_id, installation_id, georisques_id, order_title, content)
SELECT owner_id, id, 'A/b/cb', 'Arrêté', '{"text": "x"}' FROM installations WHERE name = 'MA COPIE';
"""
TABLES = ("users", "installations", "classements", "prescriptions")


def test_erasing_leaves_nothing_of_the_person(
    app: Flask, guests_settings: Settings, count: Callable[[str], int]
) -> None:
    other = picker(app)
    before = {table: count(table) for table in TABLES}
    person = picker(app)
    asked(guests_settings, ADD_COPY)
    page = page_of(person.client, "/donnees-personnelles")
    assert "2 prescriptions retenues et 1 installation créée" in " ".join(page.text.split())
    token = str(page.select("input[name=csrf_token]")[0]["value"])

    unsure = person.client.post("/donnees-personnelles/effacer", data={"csrf_token": token})
    assert unsure.status_code == 422
    assert "Cochez la case" in unsure.text
    assert person.held()

    sure = {"csrf_token": token, "confirmation": "oui"}
    answer = person.client.post("/donnees-personnelles/effacer", data=sure, follow_redirects=True)
    assert "Vos données sont effacées" in answer.text
    assert {table: count(table) for table in TABLES} == before
    assert person.held() == []
    assert len(other.held()) == 1


def test_after_erasing_the_identity_is_a_new_one(app: Flask) -> None:
    person = picker(app)
    with person.client.session_transaction() as session:
        old = session["guest"]
    token = str(page_of(person.client, "/donnees-personnelles").select("input[name=csrf_token]")[0]["value"])
    person.client.post("/donnees-personnelles/effacer", data={"csrf_token": token, "confirmation": "oui"})
    person.tick(alineas(person.read())[0])

    with person.client.session_transaction() as session:
        assert session["guest"] != old


FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize("headers", [FROM_HERE, {"Origin": "http://localhost"}])
def test_a_stale_form_keeps_what_was_typed(app: Flask, headers: dict[str, str]) -> None:
    person = picker(app)
    typed = {
        "csrf_token": "stale",
        "cid": BOILERS,
        "p": ["a_0", "a_1"],
        "contenu": "Un long texte\nsur deux lignes",
    }
    answer = person.client.post(person.address, data=typed, headers=headers)

    assert answer.status_code == 400
    assert "Rien n’est perdu" in answer.text
    page = faultless(answer.text)
    assert [box["value"] for box in page.select("main input[name=p]")] == ["a_0", "a_1"]
    assert page.select("main textarea")[0].text.strip().replace("\r", "") == "Un long texte\nsur deux lignes"
    token = page.select("main input[name=csrf_token]")[0]["value"]
    first = alineas(person.read())[1]
    again = {"csrf_token": token, "cid": BOILERS, "p": first}
    assert person.client.post(person.address, data=again).status_code == 303
    assert first in person.held()


def test_a_script_gets_a_fresh_token(app: Flask) -> None:
    person = picker(app)
    answer = person.client.post(person.address, data={"p": "x"}, headers=FROM_HERE | {"HX-Request": "true"})

    assert answer.status_code == 400
    person.token = answer.headers["X-CSRFToken"]
    second = alineas(page_of(person.client, f"/installations/{SITE}/arretes?am={BOILERS}"))[1]
    assert person.ask(cid=BOILERS, p=second).status_code == 200


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}]
)
def test_another_site_gets_no_token_and_no_cookie(app: Flask, headers: dict[str, str]) -> None:
    client = app.test_client()
    for scripted in ({}, {"HX-Request": "true"}):
        answer = client.post(
            f"/installations/{SITE}/prescriptions", data={"p": "x"}, headers=headers | scripted
        )
        assert answer.status_code == 400
        assert "csrf_token" not in answer.text
        assert "X-CSRFToken" not in answer.headers
        assert "Set-Cookie" not in answer.headers, "it would replace the one of a person"


def test_pages_of_a_person_are_kept_by_no_cache(app: Flask) -> None:
    person = picker(app)
    for path in (person.address, f"/installations/{SITE}/arretes?am={BOILERS}", "/donnees-personnelles"):
        headers = person.client.get(path).headers
        assert "no-store" in headers["Cache-Control"], path
        assert "Cookie" in headers["Vary"], path


def test_who_writes_has_come_back(app: Flask, guests_settings: Settings) -> None:
    """With what they write, not after it: a purge that runs meanwhile finds them present."""
    person = picker(app)
    for write in (
        lambda: person.tick(alineas(person.read())[1]),
        lambda: person.send("regroupement", par="theme"),
    ):
        asked(guests_settings, "UPDATE users SET last_seen_at = now() - interval '100 days'")
        app.after_request_funcs[None].remove(note_visit)
        try:
            assert write().status_code == 303
        finally:
            app.after_request_funcs[None].append(note_visit)
        assert (
            asked(guests_settings, "SELECT count(*) FROM users WHERE last_seen_at > now() - interval '1 day'")
            == 1
        )
