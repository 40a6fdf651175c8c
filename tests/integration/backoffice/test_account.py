"""The page of an account: its password and its sessions are changed with the password in hand alone."""

import pytest
from flask import Flask

from etl.settings import Settings
from tests.editors import DOOR, Visitor, make_editor, words_of
from tests.site_visits import run
from webapp.backoffice.throttle import MOST_FOR_A_NAME

pytestmark = pytest.mark.postgres

ACCOUNT = "/back-office/compte"
PASSWORD, SESSIONS = f"{ACCOUNT}/mot-de-passe", f"{ACCOUNT}/sessions"
GOOD = "quatre mots sans lien entre eux"


def fields(current: str, wanted: str = GOOD, again: str = "") -> dict[str, str]:
    return {"mdp-actuel": current, "mdp-nouveau": wanted, "mdp-encore": again or wanted}


def signed_in(office: Flask, password: str) -> Visitor:
    visitor = Visitor(office)
    assert visitor.sign_in("ada", password).status_code == 303
    visitor.read(ACCOUNT)
    return visitor


def test_a_new_password_ends_every_other_session(office: Flask, office_settings: Settings) -> None:
    password = make_editor(office, "ada", "reader")
    here, elsewhere = signed_in(office, password), signed_in(office, password)
    before = here.client.get_cookie("envinorma-redaction")
    answer = here.send(PASSWORD, **fields(password))
    after = here.client.get_cookie("envinorma-redaction")
    assert (answer.status_code, answer.location) == (303, f"{ACCOUNT}?fait=mot-de-passe")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert "est changé" in here.read(answer.location).text
    assert elsewhere.client.get(ACCOUNT).status_code == 303
    assert Visitor(office).sign_in("ada", password).status_code == 422
    assert Visitor(office).sign_in("ada", GOOD).status_code == 303
    told = run(office_settings, "SELECT action FROM backoffice.events WHERE action LIKE 'password%'")
    assert told == "password_changed"


def test_nothing_is_changed_without_the_right_words(office: Flask) -> None:
    password = make_editor(office, "ada", "reader")
    visitor = signed_in(office, password)
    for given, sentence in (
        (fields("wrong"), "actuel n’est pas le bon"),
        (fields(password, GOOD, "autre chose"), "diffèrent"),
        (fields(password, "court"), "de 12 à 200"),
        (fields(password, "x" * 201), "de 12 à 200"),
        (fields(password, "motdepasse1234"), "vite deviné"),
        (fields(password, "Envinorma-2026"), "vite deviné"),
    ):
        answer = visitor.send(PASSWORD, **given)
        assert (answer.status_code, sentence in words_of(answer)) == (422, True), given
        assert not any(value in answer.text for value in given.values())
    assert Visitor(office).sign_in("ada", password).status_code == 303


def test_a_stolen_session_does_not_guess_the_password(office: Flask) -> None:
    password = make_editor(office, "ada", "reader")
    visitor = signed_in(office, password)
    for _ in range(MOST_FOR_A_NAME):
        assert visitor.send(PASSWORD, **fields("wrong")).status_code == 422
    assert visitor.send(PASSWORD, **fields(password)).status_code == 429


def test_other_sessions_are_seen_and_closed(office: Flask) -> None:
    password = make_editor(office, "ada", "reader")
    elsewhere, here = signed_in(office, password), signed_in(office, password)
    assert [row.text.split()[-1] for row in here.read(ACCOUNT).select("tbody tr")] == ["celui-ci", "autre"]
    assert here.send(SESSIONS, **{"mdp-actuel": "wrong"}).status_code == 422
    assert here.send(SESSIONS, **{"mdp-actuel": password}).status_code == 303
    assert elsewhere.client.get(ACCOUNT).status_code == 303
    assert len(here.read(ACCOUNT).select("tbody tr")) == 1


def test_fields_of_passwords_are_hidden_and_known_to_managers(office: Flask) -> None:
    password = make_editor(office, "ada", "reader")
    pages = [Visitor(office).read(DOOR), signed_in(office, password).read(ACCOUNT)]
    found = [field for page in pages for field in page.select("input[autocomplete$=password]")]
    assert {field["autocomplete"] for field in found} == {"current-password", "new-password"}
    assert {field["type"] for field in found} == {"password"}
    assert all(int(str(field["maxlength"])) >= 64 for field in found)
    assert not [field for field in found if field.get("onpaste") or field.get("value")]


def test_a_stale_form_shows_no_password(office: Flask) -> None:
    visitor = signed_in(office, make_editor(office, "ada", "reader"))
    visitor.token = "stale"
    answer = visitor.send(PASSWORD, **fields("secret-of-today", "secret-of-tomorrow"))
    assert answer.status_code == 400
    assert "secret-of" not in answer.text
