"""`flask check --deploy`: a good environment passes, each thing that is wrong is named."""

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from etl.cluster import cluster_dir
from etl.database import Role, connect, normalise_url
from etl.settings import ROOT, Settings, load_settings
from tests.deployments import (
    PASSWORD,
    Change,
    House,
    configured,
    example_with,
    given,
    good_place,
    open_file,
    open_secret,
    passwords,
    variable,
    without,
)  # fmt: skip
from webapp import application
from webapp.deployment.command import ALWAYS, DEPLOYED, check, is_being_checked, run_checks
from webapp.deployment.database_checks import BACKOFFICE, PUBLISHED, transport_to_database
from webapp.deployment.file_checks import secret_files
from webapp.deployment.surroundings import CannotTellError, Surroundings

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def house(
    cluster: Settings, module_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    assert module_settings.database_url is not None
    server = normalise_url(module_settings.database_url.get_secret_value(), module_settings)
    mark = secrets.token_hex(4)
    logins = {role: f"{role}_{mark}" for role in ("web", "backoffice")}
    folder = tmp_path_factory.mktemp("house")
    place = good_place(module_settings, server, logins, folder)
    password = (cluster_dir(cluster) / "superuser.password").read_text(encoding="ascii")
    made = House(place, server.set(username="postgres", password=password))
    for role, login in logins.items():
        made.administer(
            f"CREATE ROLE {login} LOGIN PASSWORD '{PASSWORD}' IN ROLE envinorma_{role}",
            f"GRANT CONNECT ON DATABASE {server.database} TO {login}",
        )
    made.administer(
        "INSERT INTO installations (s3ic_id, name, regime, active) VALUES ('0058.00001', 'x', 'A', 'x')"
    )
    yield made
    for login in logins.values():
        made.administer(f"DROP OWNED BY {login}", f"DROP ROLE {login}")


RANDOM = secrets.token_urlsafe(48)
DANGERS: dict[str, tuple[str, Change, str]] = {
    "debugging": ("debugging", variable("FLASK_DEBUG", "1"), "FLASK_DEBUG is 1"),
    "debug in the configuration": ("debugging", configured(DEBUG=True), "starts in debug or testing mode"),
    "no key": ("secret_key", without("secret_key"), "SECRET_KEY is missing"),
    "a short key": ("secret_key", given(secret_key=RANDOM[:31]), "SECRET_KEY has 31 bytes, fewer than 32"),
    "a known key": ("secret_key", given(secret_key="change-me " * 5), "SECRET_KEY is one that others know"),
    "a repeated key": ("secret_key", given(secret_key="abc" * 20), "SECRET_KEY is one that others know"),
    "the key of the example": ("secret_key", example_with(RANDOM), "SECRET_KEY is one that others know"),
    "any host": ("allowed_hosts", given(allowed_hosts=""), "ALLOWED_HOSTS is missing"),
    "not its own host": ("allowed_hosts", given(allowed_hosts="other.invalid"), "leaves out inspection"),
    "a star": ("allowed_hosts", given(allowed_hosts="inspection.invalid, *.invalid"), "holds a star"),
    "no TLS": ("public_address", given(site_url="http://127.0.0.1:8000"), "127.0.0.1:8000: no TLS"),
    "no public address": ("public_address", given(site_url="https://localhost"), "https://localhost: links"),
    "no HSTS": ("strict_transport", given(site_url="http://localhost"), "HSTS is not sent"),
    "cookies in clear": ("cookies", configured(SESSION_COOKIE_SECURE=False), "Cookies go out without TLS"),
    "cookies for scripts": ("cookies", configured(SESSION_COOKIE_HTTPONLY=False), "Scripts can read"),
    "plain addresses": ("cookies", configured(PREFERRED_URL_SCHEME="http"), "The site makes http addresses"),
    "no proxy counted": ("proxies", given(trusted_proxies=0), "TRUSTED_PROXIES is 0"),
    "a short token": ("metrics", given(metrics_token="short"), "METRICS_TOKEN has fewer than 32"),
    "no address": ("database_addresses", without("web_database_url"), "WEB_DATABASE_URL is missing"),
    "no server": ("database_answers",
        given(web_database_url=f"postgresql://w:{PASSWORD}@127.0.0.1:1/none"), "The database cannot be used",
    ),
    "a remote server without TLS": ("transport_to_database",
        given(web_database_url=f"postgresql://web:{PASSWORD}@192.0.2.1/x?connect_timeout=1"),
        "DB_SSLMODE is prefer, and WEB_DATABASE_URL leads to another machine",
    ),
    "a public Airflow": ("airflow_sign_in", given(airflow_url="https://airflow.invalid"), "simple sign-in"),
    "everyone an administrator": ("airflow_sign_in",
        variable("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS", "True"), "ALL_ADMINS is on",
    ),
    "the default password": ("airflow_passwords", passwords(admin="admin"), "user admin is a default"),
    "a short password": ("airflow_passwords", passwords(ada="k7R-p"), "user ada is a default or shorter"),
    "Airflow's database": ("airflow_passwords",
        variable("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql+psycopg2://airflow:airflow@db/airflow"),
        "holds a default password",
    ),
    "an open .env": ("secret_files", open_file, "can be read by every account of this machine"),
    "an open secret": ("secret_files", open_secret, r"\(SECRET_KEY_FILE\) can be read by every account"),
    "no bucket": ("buckets", given(ap_bucket="/nowhere/ap"), "The bucket ap cannot be read"),
    "a bucket that is none": ("buckets", given(am_bucket="ftp://x/y"), "The bucket am cannot be read"),
}  # fmt: skip

# What is done to the database, how it is undone, and what is said meanwhile.
STRONG: dict[str, tuple[str, str, str]] = {
    "a superuser": ("ALTER ROLE @web SUPERUSER", "ALTER ROLE @web NOSUPERUSER", "a superuser or above"),
    "above the rows": ("ALTER ROLE @web BYPASSRLS", "ALTER ROLE @web NOBYPASSRLS", "a superuser or above"),
    "a maker of roles": ("ALTER ROLE @web CREATEROLE", "ALTER ROLE @web NOCREATEROLE", "may make roles"),
    "an owner": (
        "CREATE TABLE public.mine (); ALTER TABLE public.mine OWNER TO @web", "DROP TABLE public.mine",
        "an owner of tables",
    ),
    "a member of the owner": (
        "GRANT envinorma_owner TO @web", "REVOKE envinorma_owner FROM @web", "an owner of tables",
    ),
    "a writer of orders": (
        "GRANT INSERT ON aps TO @web", "REVOKE INSERT ON aps FROM @web", "may write public.aps",
    ),
    "a writer of one column": (
        "GRANT UPDATE (title) ON ams TO @web", "REVOKE UPDATE (title) ON ams FROM @web",
        "may write public.ams",
    ),
    "a reader of the back-office": (
        "GRANT SELECT ON backoffice.editors TO @web", "REVOKE SELECT ON backoffice.editors FROM @web",
        "may reach backoffice.editors",
    ),
    "row-level security off": (
        "ALTER TABLE installations DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE installations ENABLE ROW LEVEL SECURITY",
        "may change published installations",
    ),
    "a policy too wide": (
        "CREATE POLICY too_wide ON installations FOR UPDATE TO @web USING (TRUE)",
        "DROP POLICY too_wide ON installations",
        "may change published installations",
    ),
    "older tables": (
        "UPDATE alembic_version SET version_num = '0001'",
        "UPDATE alembic_version SET version_num = (SELECT max(version_num) FROM kept_version)",
        "The tables are at version 0001",
    ),
}  # fmt: skip


def said(place: Surroundings, capsys: pytest.CaptureFixture[str], *names: str) -> tuple[int, list[str]]:
    """Return how many dangers the checks of these names find (all, where none is named), and their lines."""
    wanted = [one for one in (*ALWAYS, *DEPLOYED) if not names or one.__name__ in names]
    dangers = run_checks(place, wanted)
    return dangers, capsys.readouterr().out.splitlines()


def test_a_good_environment_passes(house, capsys):
    dangers, lines = said(house.place, capsys)

    assert dangers == 0, lines
    # The published address is not of this machine: it is said, and counts neither way.
    assert [line.partition(" (")[0] for line in lines[:-1]] == [
        "not checked: published site: https://inspection.invalid does not answer from here"
    ]
    assert (
        lines[-1]
        == f"{len(ALWAYS) + len(DEPLOYED) - 1} of {len(ALWAYS) + len(DEPLOYED)} checks passed, 0 dangers."
    )


@pytest.mark.parametrize("name", DANGERS)
def test_each_danger_is_named(house, capsys, name):
    wanted, change, sentence = DANGERS[name]

    dangers, lines = said(change(house.place), capsys, wanted)

    assert dangers == 1, lines
    assert re.search(sentence, lines[0]), lines
    assert lines[0].startswith("danger: ")
    assert lines[0].endswith("."), "each danger says what to do"
    assert PASSWORD not in lines[0]


def test_every_check_has_a_danger_to_find():
    """The published address is tried on a machine of its own, tests/integration/launcher/test_machine.py."""
    tried = {wanted for wanted, _, _ in DANGERS.values()} | {"roles", "migrations", "published_site"}

    assert tried == {one.__name__ for one in (*ALWAYS, *DEPLOYED)}


@pytest.fixture
def strong(house, request) -> Iterator[str]:
    do, undo, sentence = STRONG[request.param]
    house.administer("CREATE TABLE IF NOT EXISTS kept_version AS SELECT * FROM alembic_version", do)
    yield sentence
    house.administer(undo, "DROP TABLE kept_version")


@pytest.mark.parametrize("strong", STRONG, indirect=True)
def test_each_right_too_much_is_named(house, capsys, strong):
    dangers, lines = said(house.place, capsys, "roles", "migrations")

    assert dangers == 1, lines
    assert strong in lines[0] + lines[1]


def test_one_login_for_both_is_named(house, capsys):
    place = given(web_database_url=house.place.settings.backoffice_database_url.get_secret_value())(
        house.place
    )

    _, lines = said(place, capsys, "roles", "migrations")

    assert any("come in with one login" in line for line in lines)


def test_the_owner_who_only_switches_its_role_is_named(house, module_settings, capsys):
    place = given(database_url=module_settings.database_url.get_secret_value())(house.place)
    place = without("web_database_url")(place)

    _, lines = said(place, capsys, "roles", "migrations")

    assert any("WEB_DATABASE_URL logs in as envinorma_owner" in line for line in lines)


def test_an_empty_database_is_named(house, new_database, capsys):
    empty = new_database(empty=True)
    place = given(web_database_url=empty.database_url.get_secret_value())(house.place)

    _, lines = said(place, capsys, "roles", "migrations")

    assert any("The tables are at version none" in line for line in lines)
    assert any(line.startswith("not checked: roles: the tables are missing") for line in lines)


@pytest.mark.parametrize(
    ("address", "count"), [("postgresql://airflow:airflow@postgres/airflow\n", 1), ("", 0)]
)
def test_the_address_of_airflows_database_may_lie_in_a_file(house, tmp_path, capsys, address, count):
    """As containers give it: `…_CMD` says `cat` and a file."""
    name = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
    path = tmp_path / "address"
    path.write_text(address or house.place.variables[name], encoding="utf-8")
    others = {key: value for key, value in house.place.variables.items() if key != name}
    place = replace(house.place, variables={**others, f"{name}_CMD": f"cat {path}"})

    assert said(place, capsys, "airflow_passwords")[0] == count


def test_neighbours_of_a_container_are_near(house):
    place = given(
        web_database_url="postgresql://w@postgres/x", backoffice_database_url="postgresql://b@postgres/x"
    )(house.place)

    assert len(list(transport_to_database(place))) == 2
    assert list(transport_to_database(replace(place, is_container=True))) == []


# Without files, none is open.
@pytest.mark.parametrize(
    "one", [one for one in DEPLOYED if one is not secret_files], ids=lambda one: one.__name__
)
def test_a_site_without_anything_passes_no_check_by_silence(tmp_path, one):
    """With nothing set, each check finds something, or says that it cannot be made."""
    bare = Surroundings(
        Settings(_env_file=None, run_dir=tmp_path), {}, application.create_app, tmp_path / ".env"
    )
    try:
        found = list(one(bare))
    except CannotTellError as error:
        found = [str(error)]
    assert found


# --- the command itself


def run_flask(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "webapp", "check", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command_exits_with_what_it_found(house):
    settings = house.place.settings
    environment = {
        name.upper(): value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in settings.model_dump(exclude_none=True).items()
    } | dict(house.place.variables)

    good = run_flask(environment, "--deploy")
    bad = run_flask(environment | {"SECRET_KEY": ""})

    assert (good.returncode, good.stderr) == (0, "")
    assert bad.returncode == 1
    assert "danger: SECRET_KEY is missing" in bad.stdout
    assert bad.stdout.endswith(f"{len(ALWAYS) - 1} of {len(ALWAYS)} checks passed, 1 dangers.\n")


def test_settings_that_cannot_be_read_are_named(monkeypatch):
    monkeypatch.setenv("WEB_WORKERS", "many")
    load_settings.cache_clear()

    result = CliRunner().invoke(check, ["--deploy"])

    load_settings.cache_clear()
    assert result.exit_code == 1
    assert result.output.startswith("danger: The variable WEB_WORKERS cannot be used")


def test_the_lists_of_tables_are_those_of_the_migrations(module_settings):
    """A new table that the site does not write must be in the list of those that it must not write."""
    with connect(module_settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT relnamespace::regnamespace || '.' || relname, relnamespace::regnamespace::text,"
            " has_any_column_privilege('envinorma_web', oid, 'INSERT, UPDATE')"
            " OR has_table_privilege('envinorma_web', oid, 'DELETE')"
            " FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace::regnamespace::text IN ('public', 'backoffice')"
        )
        found = cursor.fetchall()

    assert {name for name, schema, _ in found if schema == "backoffice"} == set(BACKOFFICE)
    assert {name for name, schema, writes in found if schema == "public" and not writes} == set(PUBLISHED)


@pytest.mark.parametrize(
    ("words", "is_check"),
    [
        (["/x/bin/flask", "--app", "webapp", "check", "--deploy"], True),
        (["/x/flask/__main__.py", "--app=webapp", "check"], True),
        (["/x/bin/flask", "-A", "webapp", "--env-file", "check", "run"], False),
        (["/x/bin/flask", "--app", "webapp", "editors", "add", "check"], False),
        (["/x/bin/gunicorn", "check"], False),
        (["/x/bin/flask"], False),
        ([], False),
    ],
)
def test_only_this_command_does_without_the_site(words, is_check):
    assert is_being_checked(words) is is_check
