"""The door of the back-office: who comes in, for how long, and who has to wait."""

import pytest
from flask import Flask

from etl.settings import Settings
from tests.editors import DOOR, OFFICE, Visitor, editor_of, make_editor, password_in, words_of
from tests.site_visits import run
from webapp.backoffice.throttle import MOST_FOR_A_NAME, MOST_FROM_AN_ADDRESS

pytestmark = pytest.mark.postgres


def command(app: Flask, *arguments: str) -> str:
    done = app.test_cli_runner().invoke(args=["editors", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_an_editor_comes_in_and_goes(office: Flask, office_settings: Settings) -> None:
    visitor = editor_of(office, "ada", "editor")
    assert "ada (rédaction)" in visitor.read().text
    cookie = visitor.client.get_cookie("envinorma-redaction")
    assert cookie is not None
    assert visitor.send("/back-office/deconnexion").status_code == 303
    assert visitor.client.get(OFFICE).status_code == 303
    visitor.client.set_cookie("envinorma-redaction", cookie.value)
    assert visitor.client.get(OFFICE).status_code == 303
    actions = run(office_settings, "SELECT string_agg(action, ' ' ORDER BY id) FROM backoffice.events")
    assert actions == "editor_added signed_in signed_out"


def test_passwords_are_kept_as_argon2_and_cookies_as_hashes(office: Flask, office_settings: Settings) -> None:
    visitor = editor_of(office, "ada", "editor")
    kept = run(office_settings, "SELECT password_hash FROM backoffice.editors")
    assert kept.startswith("$argon2id$")
    cookie = visitor.client.get_cookie("envinorma-redaction")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    row = run(office_settings, "SELECT encode(token_hash, 'escape') FROM backoffice.sessions")
    assert cookie.value not in row


def test_signing_in_changes_what_the_browser_holds(office: Flask) -> None:
    password = make_editor(office, "ada", "reader")
    visitor = Visitor(office)
    visitor.client.set_cookie("envinorma-redaction", "planted-by-somebody")
    visitor.read(DOOR)
    before = visitor.token
    visitor.sign_in("ada", password)
    cookie = visitor.client.get_cookie("envinorma-redaction")
    assert cookie is not None
    assert cookie.value != "planted-by-somebody"
    visitor.read()
    assert visitor.token != before


@pytest.mark.parametrize(
    ("name", "password"),
    [("ada", "{}x"), ("eve", "{}"), ("ada", ""), ("ada\0<b>", "é" * 10_000)],
    ids=["wrong password", "no such account", "no password", "odd values"],
)
def test_strangers_are_told_the_same(name: str, password: str, office: Flask) -> None:
    given = password.format(make_editor(office, "ada", "editor"))
    answer = Visitor(office).sign_in(name, given)
    assert answer.status_code == 422
    assert "n’est pas le bon" in words_of(answer)


def test_too_many_tries_on_an_account_have_to_wait(office: Flask, office_settings: Settings) -> None:
    password = make_editor(office, "ada", "editor")
    for number in range(MOST_FOR_A_NAME):
        assert Visitor(office, f"192.0.2.{number}").sign_in("ada", "wrong").status_code == 422
    refused = Visitor(office, "192.0.2.99").sign_in("ada", password)
    assert refused.status_code == 429
    assert "Patientez" in words_of(refused)
    later = "UPDATE backoffice.sign_in_attempts SET attempted_at = attempted_at - interval '16 minutes'"
    run(office_settings, later)
    assert Visitor(office, "192.0.2.99").sign_in("ada", password).status_code == 303


def test_too_many_tries_from_an_address_have_to_wait(office: Flask) -> None:
    password = make_editor(office, "ada", "editor")
    visitor = Visitor(office)
    for number in range(MOST_FROM_AN_ADDRESS):
        assert visitor.sign_in(f"name{number}", "wrong").status_code == 422
    assert visitor.sign_in("ada", password).status_code == 429
    assert Visitor(office, "192.0.2.2").sign_in("ada", password).status_code == 303


def test_an_address_is_not_taken_on_trust(office: Flask, office_settings: Settings) -> None:
    visitor = Visitor(office)
    visitor.client.environ_base["HTTP_X_FORWARDED_FOR"] = "203.0.113.9"
    visitor.sign_in("ada", "wrong")
    assert run(office_settings, "SELECT address FROM backoffice.sign_in_attempts") == "192.0.2.1"


def test_refusals_are_in_the_log_without_the_person(office: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("WARNING", "webapp")
    reader = editor_of(office, "ada", "reader")
    Visitor(office).sign_in("marceline", "wrong-password")
    assert reader.client.get("/back-office/arretes/nouveau").status_code == 403
    assert "A sign-in was refused: wrong name or password" in caplog.text
    assert "of role reader, was refused what needs editor" in caplog.text
    assert not any(word in caplog.text for word in ("marceline", "wrong-password", "192.0.2.1"))


@pytest.mark.parametrize(
    "age",
    ["seen_at = now() - interval '121 minutes'", "created_at = now() - interval '13 hours'"],
    ids=["idle", "long"],
)
def test_a_session_ends(age: str, office: Flask, office_settings: Settings) -> None:
    visitor = editor_of(office, "ada", "editor")
    run(office_settings, f"UPDATE backoffice.sessions SET {age}")  # noqa: S608
    answer = visitor.client.get(OFFICE)
    assert (answer.status_code, answer.location) == (303, f"{DOOR}?suite=/back-office/")
    ended = visitor.send("/back-office/deconnexion")
    assert ended.status_code == 401
    assert "Votre session est terminée" in words_of(ended)


def test_a_visit_prolongs_a_session(office: Flask, office_settings: Settings) -> None:
    visitor = editor_of(office, "ada", "editor")
    run(office_settings, "UPDATE backoffice.sessions SET seen_at = now() - interval '90 minutes'")
    visitor.read()
    assert run(office_settings, "SELECT now() - seen_at < interval '1 minute' FROM backoffice.sessions")


def test_a_disabled_account_is_out_at_once(office: Flask) -> None:
    password = make_editor(office, "ada", "editor")
    visitor = Visitor(office)
    visitor.sign_in("ada", password)
    visitor.read()
    command(office, "disable", "ada")
    assert visitor.client.get(OFFICE).status_code == 303
    assert visitor.sign_in("ada", password).status_code == 422
    again = password_in(command(office, "reset", "ada", "--role", "reader", "--generate"))
    assert visitor.sign_in("ada", password).status_code == 422
    assert visitor.sign_in("ada", again).status_code == 303
    assert "ada (lecture)" in visitor.read().text


@pytest.mark.parametrize(
    ("arguments", "typed", "sentence"),
    [
        (["add", "Ada L", "--role", "editor"], "", "lower-case"),
        (["add", "ada", "--role", "root"], "", "root"),
        (["add", "bob", "--role", "editor"], "short\nshort\n", "12 to 200"),
        (["add", "ada", "--role", "editor"], "", "already"),
        (["reset", "eve"], "", "no editor eve"),
        (["disable", "eve"], "", "no editor eve"),
    ],
)
def test_a_command_says_what_is_wrong(arguments: list[str], typed: str, sentence: str, office: Flask) -> None:
    make_editor(office, "ada", "editor")
    done = office.test_cli_runner().invoke(args=["editors", *arguments], input=typed)
    assert done.exit_code != 0
    assert sentence in done.output


def test_a_password_can_be_typed(office: Flask) -> None:
    typed = "correct horse battery\n" * 2
    done = office.test_cli_runner().invoke(args=["editors", "add", "ada", "--role", "editor"], input=typed)
    assert "Editor ada (editor) can sign in." in done.output
    assert "correct" not in done.output
    assert Visitor(office).sign_in("ada", "correct horse battery").status_code == 303


@pytest.mark.parametrize(
    ("asked", "goes_to"),
    [
        ("/back-office/?etat=ABROGE", "/back-office/?etat=ABROGE"),
        ("https://evil.example/back-office/", OFFICE),
        ("//evil.example/back-office/", OFFICE),
        ("/\\evil.example", OFFICE),
        ("/installations", OFFICE),
        ("", OFFICE),
    ],
)
def test_the_door_leads_only_into_the_back_office(asked: str, goes_to: str, office: Flask) -> None:
    answer = Visitor(office).sign_in("ada", make_editor(office, "ada", "reader"), suite=asked)
    assert (answer.status_code, answer.location) == (303, goes_to)


def test_a_stale_form_never_shows_the_password(office: Flask) -> None:
    visitor = Visitor(office)
    visitor.read(DOOR)
    visitor.token = "stale"
    answer = visitor.send(DOOR, name="ada", password="do-not-show-me")
    assert answer.status_code == 400
    assert "do-not-show-me" not in answer.text


def test_pages_of_the_back_office_are_kept_by_nobody(office: Flask) -> None:
    visitor = editor_of(office, "ada", "reader")
    answer = visitor.client.get(OFFICE)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert 'name="robots" content="noindex"' in answer.text


def test_a_guest_who_erases_their_data_stays_signed_in_as_editor(office: Flask) -> None:
    visitor = editor_of(office, "ada", "reader")
    assert visitor.send("/donnees-personnelles/effacer", confirmation="oui").status_code == 303
    assert visitor.client.get(OFFICE).status_code == 200
