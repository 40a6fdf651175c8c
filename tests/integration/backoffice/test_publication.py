"""The page « Publication », in front of a stand-in for Airflow's REST API."""

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from bs4 import BeautifulSoup
from flask import Flask

from etl.database import Role, connect
from etl.reports import Report, record_run
from etl.settings import Settings
from tests.ams import WAREHOUSES
from tests.editors import Visitor, editor_of
from tests.publishing import OTHER, PAGE, linked, with_orders, words
from tests.site_visits import faultless, run, visitor_of
from tests.stand_ins.airflow import PASSWORD, USER, AirflowStandIn, Run
from webapp.backoffice.publication import airflow as client

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def published_settings(
    new_database: Callable[..., Settings], tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """Settings of a site whose orders are all in service and all in the back-office."""
    return with_orders(new_database(), tmp_path_factory.mktemp("orders"))


@pytest.fixture(scope="module")
def office_app(published_settings: Settings) -> Iterator[Flask]:
    """That site."""
    for visitor in visitor_of(published_settings):
        yield visitor.application


@pytest.fixture(scope="module")
def signed_in(office_app: Flask) -> Visitor:
    """Somebody who may publish."""
    return editor_of(office_app, "pia", "publisher")


@pytest.fixture
def app(published_settings: Settings, office_app: Flask, airflow_api: AirflowStandIn) -> Flask:
    """The site with its account in Airflow; nobody has pressed the button yet."""
    run(published_settings, "DELETE FROM backoffice.events")
    return linked(office_app, airflow_api)


@pytest.fixture
def publisher(app: Flask, signed_in: Visitor) -> Visitor:
    """Somebody who may publish."""
    return signed_in


def press(publisher: Visitor, status: int = 303) -> BeautifulSoup:
    """Press the button and return the page that follows."""
    publisher.read(PAGE)
    answer = publisher.send(PAGE)
    assert answer.status_code == status, answer.text
    return publisher.read(answer.location) if status == 303 else faultless(answer.text)


def steps(page: BeautifulSoup) -> list[str]:
    """The states of the steps of a publication."""
    return [str(state.text) for state in page.select("#avancement ol strong")]


def is_polling(page: BeautifulSoup) -> bool:
    """Tell whether the page looks for news by itself."""
    return bool(page.select("#avancement[hx-get]"))


# --- the button


@pytest.mark.parametrize("role", ["reader", "editor"])
def test_only_a_publisher_publishes(role: str, app: Flask, airflow_api: AirflowStandIn) -> None:
    visitor = editor_of(app, f"a-{role}", role)
    page = visitor.read(PAGE)
    assert page.select("main form[action$=publication] button") == []
    assert visitor.send(PAGE).status_code == 403
    assert airflow_api.runs == []


def test_a_press_is_followed_until_the_orders_are_live(
    app: Flask, publisher: Visitor, airflow_api: AirflowStandIn, published_settings: Settings
) -> None:
    page = press(publisher)
    started = airflow_api.only_run()
    assert started.run_id.startswith("site__")
    assert started.note == "Publication demandée par pia sur le site."
    event = "SELECT details ->> 'run_id' FROM backoffice.events WHERE action = 'publish' AND editor_id > 0"
    assert run(published_settings, event) == started.run_id
    assert "La publication est demandée." in words(page)
    assert (steps(page), is_polling(page)) == (["en attente"] * 4, True)

    started.state, started.tasks = "running", {"export": "running"}
    assert steps(publisher.read(PAGE))[0] == "en cours"
    following = airflow_api.follow(started, compare="success", approve="success", apply="running")
    page = publisher.read(PAGE)
    assert steps(page) == ["fait", "fait", "fait", "en cours"]
    news = page.select_one("#avancement")["hx-get"]
    assert publisher.client.get(news).status_code == 204, "nothing new"

    following.end("success", compare="success", approve="success", apply="success", ask_anew="skipped")
    answer = publisher.client.get(news)
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (200, "true")
    page = publisher.read(PAGE)
    assert "Les arrêtés publiés sont en ligne." in words(page)
    assert (steps(page), is_polling(page)) == (["fait"] * 4, False)


def test_a_second_press_joins_the_first(app: Flask, publisher: Visitor, airflow_api: AirflowStandIn) -> None:
    press(publisher)
    other = editor_of(app, "otto", "publisher")
    assert "Une publication était déjà en cours" in words(press(other))
    airflow_api.only_run().end("success", export="success")
    press(publisher)
    assert len(airflow_api.runs) == 2


def test_a_run_that_somebody_started_in_airflow_is_joined(
    publisher: Visitor, airflow_api: AirflowStandIn
) -> None:
    airflow_api.runs.append(Run("export_ams", "manual__1", "running"))
    press(publisher)
    assert airflow_api.only_run().run_id == "manual__1"


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("403", "n’a pas le droit de publier"),
        ("404", "ne connaît pas encore cette étape"),
        ("409", "a refusé la demande (réponse 409)"),
        ("500", "a refusé la demande (réponse 500)"),
    ],
)
def test_a_refusal_is_one_sentence_and_nothing_is_noted(
    trouble: str, said: str, publisher: Visitor, airflow_api: AirflowStandIn, published_settings: Settings
) -> None:
    airflow_api.trouble, airflow_api.troubled = trouble, "POST"
    page = press(publisher, 503)
    assert said in words(page, "[role=alert]")
    assert "La publication n’a pas été lancée." in words(page, "[role=alert]")
    assert airflow_api.url not in str(page)
    assert airflow_api.runs == []
    assert run(published_settings, "SELECT count(*) FROM backoffice.events WHERE action = 'publish'") == 0


def test_a_conflict_with_a_run_that_began_meanwhile_joins_it(
    publisher: Visitor, airflow_api: AirflowStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([None, "manual__9"])
    monkeypatch.setattr(client.Airflow, "unfinished_run", lambda *_: next(looks))
    airflow_api.runs.append(Run("export_ams", "manual__9", "running", {"export": "running"}))
    airflow_api.trouble, airflow_api.troubled = "409", "POST"
    assert steps(press(publisher))[0] == "en cours"


def test_a_wrong_password_is_told_without_it(publisher: Visitor, airflow_api: AirflowStandIn) -> None:
    airflow_api.password = "another"
    page = press(publisher, 503)
    assert "Airflow refuse le compte du site." in words(page, "[role=alert]")
    assert PASSWORD not in str(page)


def test_a_token_that_has_ended_is_renewed(publisher: Visitor, airflow_api: AirflowStandIn) -> None:
    press(publisher)
    airflow_api.tokens.clear()
    assert steps(publisher.read(PAGE))[0] == "en attente"


def test_an_airflow_that_is_down(
    publisher: Visitor, airflow_api: AirflowStandIn, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(publisher)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        closed = client.Airflow(f"http://127.0.0.1:{nobody.getsockname()[1]}", USER, PASSWORD)
        monkeypatch.setitem(app.extensions, client.EXTENSION_KEY, closed)
        page = publisher.read(PAGE)
        assert "ne répond pas" in words(page, "#avancement")
        assert page.select_one("#avancement")["hx-trigger"] == "every 10s"
        assert "ne répond pas" in words(press(publisher, 503), "[role=alert]")


def test_an_airflow_that_does_not_answer_in_time(
    publisher: Visitor, airflow_api: AirflowStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TIMEOUT", httpx.Timeout(0.3))
    airflow_api.trouble = "slow"
    assert "La publication n’a pas été lancée." in words(press(publisher, 503), "[role=alert]")
    assert airflow_api.runs == []


def test_a_lost_answer_is_found_again(
    publisher: Visitor, airflow_api: AirflowStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TIMEOUT", httpx.Timeout(0.3))
    airflow_api.trouble, airflow_api.troubled = "lost", "POST"
    page = press(publisher)
    assert len(airflow_api.runs) == 1
    assert steps(page)[0] == "en attente"


def test_a_request_that_never_arrived_is_lost(
    publisher: Visitor, airflow_api: AirflowStandIn, published_settings: Settings
) -> None:
    press(publisher)
    airflow_api.runs.clear()
    page = publisher.read(PAGE)
    assert "La demande est envoyée à Airflow." in words(page, "#avancement")
    run(published_settings, "UPDATE backoffice.events SET at = now() - interval '1 hour'")
    page = publisher.read(PAGE)
    assert "n’a pas, ou plus, trace" in words(page, "#avancement")
    assert not is_polling(page)


# --- what goes wrong afterwards


def report(settings: Settings, step: str, run_id: str, message: str) -> None:
    """Leave the report of a run that was refused, as the DAG does."""
    now = datetime.now(UTC)
    with connect(settings, Role.ETL) as connection:
        details = {"task": "export", "run": run_id, "try": 1}
        record_run(connection, Report(step, "ams", "refused", now, now, message=message, details=details))
        connection.commit()


def test_a_refused_export_names_the_orders(
    publisher: Visitor, airflow_api: AirflowStandIn, published_settings: Settings
) -> None:
    press(publisher)
    failed = airflow_api.only_run()
    failed.end("failed", export="failed")
    finding = f"{WAREHOUSES}, section 12 « Article 1 » : les conditions ont des effets différents."
    report(
        published_settings,
        "export_ams",
        failed.run_id,
        f"Nothing was published. {finding} ; {OTHER} : autre.",
    )
    page = publisher.read(PAGE)
    assert "Rien n’a été publié." in words(page, "#avancement")
    assert (steps(page), is_polling(page)) == (["échoué"], False)
    assert [link["href"] for link in page.select("#avancement li a")] == [
        f"/back-office/arretes/{cid}/" for cid in (WAREHOUSES, OTHER)
    ]
    assert "effets différents" in words(page, "#avancement")


def test_a_failure_without_report_leads_to_the_log(publisher: Visitor, airflow_api: AirflowStandIn) -> None:
    press(publisher)
    airflow_api.only_run().end("failed", export="failed")
    assert "dans le journal de l’étape" in words(publisher.read(PAGE), "#avancement")


def test_a_failed_sync_keeps_what_was_live(
    publisher: Visitor, airflow_api: AirflowStandIn, published_settings: Settings
) -> None:
    press(publisher)
    following = airflow_api.follow(airflow_api.only_run())
    following.end("failed", compare="failed", approve="upstream_failed", apply="upstream_failed")
    report(published_settings, "sync_ams", following.run_id, "latest.zip: nothing was changed.")
    page = publisher.read(PAGE)
    assert "L’archive est publiée, mais pas en ligne." in words(page, "#avancement")
    assert words(page, "#avancement [lang=en]") == "latest.zip: nothing was changed."
    assert steps(page) == ["fait", "échoué", "pas fait", "pas fait"]


def test_a_question_of_airflow_is_told(publisher: Visitor, airflow_api: AirflowStandIn) -> None:
    press(publisher)
    airflow_api.follow(airflow_api.only_run(), compare="success", approve="awaiting_input", apply=None)
    page = publisher.read(PAGE)
    assert "une personne doit répondre dans Airflow" in words(page, "#avancement")
    assert page.select_one("#avancement")["hx-trigger"] == "every 10s"


def test_an_archive_that_changed_meanwhile_is_followed_on(
    publisher: Visitor, airflow_api: AirflowStandIn
) -> None:
    press(publisher)
    following = airflow_api.follow(airflow_api.only_run())
    following.end("success", compare="success", approve="success", apply="success", ask_anew="success")
    airflow_api.runs.append(Run("sync_ams", "manual__2", "running", {"compare": "running"}))
    assert steps(publisher.read(PAGE)) == ["fait", "en cours", "en attente", "en attente"]


@pytest.mark.parametrize("dag_id", ["export_ams", "sync_ams"])
def test_a_paused_step_is_told(dag_id: str, publisher: Visitor, airflow_api: AirflowStandIn) -> None:
    press(publisher)
    airflow_api.paused.add(dag_id)
    if dag_id == "sync_ams":
        airflow_api.follow(airflow_api.only_run(), "queued")
    page = publisher.read(PAGE)
    assert "en pause dans Airflow" in words(page, "#avancement")
    assert page.select_one("#avancement")["hx-trigger"] == "every 10s"


def test_a_sync_that_does_not_begin_is_told(publisher: Visitor, airflow_api: AirflowStandIn) -> None:
    press(publisher)
    exported = airflow_api.only_run()
    exported.end("success", export="success")
    assert "va commencer" in words(publisher.read(PAGE), "#avancement")
    exported.end_date = datetime.now(UTC) - timedelta(hours=1)
    assert "n’a pas commencé" in words(publisher.read(PAGE), "#avancement")


def test_without_an_account_in_airflow_the_page_says_so(publisher: Visitor, app: Flask) -> None:
    app.extensions[client.EXTENSION_KEY] = client.connect_app(Settings(_env_file=None))
    assert "n’est pas configurée" in words(publisher.read(PAGE))
    assert "n’est pas configurée" in words(press(publisher, 503), "[role=alert]")
