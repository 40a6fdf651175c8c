"""Checks of the database: who comes in with which rights, over which way, to which tables."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import psycopg2
from psycopg2.errors import InsufficientPrivilege, UndefinedTable
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)
from sqlalchemy.engine import URL

from etl.database import Role, libpq_url, read_statement
from etl.errors import StepError
from etl.migrations import newest_revision
from webapp.configuration import CONNECT_TIMEOUT_SECONDS, site_database_url
from webapp.deployment.surroundings import CannotTellError, Surroundings, is_near

SITE_ROLES = (Role.WEB, Role.BACKOFFICE)
VARIABLES = {Role.WEB: "WEB_DATABASE_URL", Role.BACKOFFICE: "BACKOFFICE_DATABASE_URL"}
WITHOUT_TLS = {"disable", "allow", "prefer"}
# Tables that the steps alone write, and what the back-office must not do to its history.
PUBLISHED = (
    "public.ams", "public.alineas", "public.classement_references", "public.aps", "public.ap_pages",
    "public.ap_files_to_delete", "public.dataset_runs", "public.alert_incidents", "public.alembic_version",
    "public.search_words",
)  # fmt: skip
BACKOFFICE = (
    "backoffice.editors", "backoffice.sessions", "backoffice.sign_in_attempts", "backoffice.orders",
    "backoffice.order_versions", "backoffice.events", "backoffice.upstream_texts",
)  # fmt: skip
HISTORY = ("backoffice.order_versions", "backoffice.events")
WRITING = ("INSERT", "UPDATE", "DELETE")
RIGHTS_TOO_MUCH = {
    Role.WEB: (("write", PUBLISHED, WRITING), ("reach", BACKOFFICE, ("SELECT", *WRITING))),
    Role.BACKOFFICE: (
        ("write", (*PUBLISHED, "public.installations", "public.classements"), WRITING),
        ("rewrite", HISTORY, ("UPDATE", "DELETE")),
    ),
}
SEPARATE = "Give it a login of its own that is a member of no other role (docs/decisions/0010)."


@dataclass(frozen=True)
class Strength:
    """What a login may do beside what its tables let it."""

    login: str
    is_superuser: bool
    may_make_roles: bool
    owners: list[str]
    keeps_rows_apart: bool


def database_addresses(place: Surroundings) -> Iterator[str]:
    """The cluster of `make run` is not for a public site."""
    own = {
        Role.WEB: place.settings.web_database_url,
        Role.BACKOFFICE: place.settings.backoffice_database_url,
    }
    for role in SITE_ROLES:
        if own[role] is None and place.settings.database_url is None:
            yield (
                f"{VARIABLES[role]} is missing, and DATABASE_URL too: the site would look for the database "
                "of `make run`. Give it the address of its own login."
            )


def database_answers(place: Surroundings) -> Iterator[str]:
    """Without its database the site shows nothing."""
    for role in SITE_ROLES:
        try:
            with connected(place, role):
                pass
        except CannotTellError as error:
            yield f"The database cannot be used: {error}. Correct {VARIABLES[role]}, or start the server."


def transport_to_database(place: Surroundings) -> Iterator[str]:
    """On the way to another machine, passwords and rows can be read without TLS."""
    for role in SITE_ROLES:
        url = require_address(place, role)
        mode = str(url.query.get("sslmode", "prefer"))
        if mode in WITHOUT_TLS and not is_near(url.host, is_container=place.is_container):
            yield (
                f"DB_SSLMODE is {mode}, and {VARIABLES[role]} leads to another machine ({url.host}): TLS is "
                "not insisted on. Set DB_SSLMODE=verify-full."
            )


def roles(place: Surroundings) -> Iterator[str]:
    """A hole in the site must not be a hole in the database."""
    logins = set()
    for role in SITE_ROLES:
        with connected(place, role) as connection:
            strength = read_strength(connection)
            logins.add(strength.login)
            yield from too_strong(role, strength)
            if not (strength.is_superuser or strength.owners):
                yield from too_many_rights(role, connection)
    if len(logins) == 1:
        yield f"The site and the back-office come in with one login ({logins.pop()}). {SEPARATE}"


def too_strong(role: Role, strength: Strength) -> Iterator[str]:
    """Say what makes a login too strong, whatever its tables let it."""
    variable = VARIABLES[role]
    if strength.is_superuser:
        yield f"{variable} logs in as {strength.login}, a superuser or above row-level security. {SEPARATE}"
    elif strength.owners:
        yield (
            f"{variable} logs in as {strength.login}, which is or may become an owner of tables "
            f"({', '.join(strength.owners)}). {SEPARATE}"
        )
    elif strength.may_make_roles:
        yield f"{variable} logs in as {strength.login}, which may make roles or databases. {SEPARATE}"


def too_many_rights(role: Role, connection: Connection) -> Iterator[str]:
    """Say which tables a login may change that it must not, by the catalogue and by trying."""
    rule = "Take the right away; migrations give what is needed (docs/architecture.md)."
    for verb, tables, rights in RIGHTS_TOO_MUCH[role]:
        with connection.cursor() as cursor:
            cursor.execute(
                read_statement("operation/table_rights.sql"), {"tables": list(tables), "rights": list(rights)}
            )
            found = [name for (name,) in cursor]
        if found:
            yield f"{VARIABLES[role]}: its login may {verb} {', '.join(found)}. {rule}"
    if role is Role.WEB and may_change_published(connection):
        yield f"{VARIABLES[role]}: its login may change published installations. {rule}"


def may_change_published(connection: Connection) -> bool:
    """Tell whether row-level security lets a published row be changed, or is off."""
    with connection.cursor() as cursor:
        try:
            cursor.execute(read_statement("operation/lock_published.sql"))
            found = cursor.fetchone() is not None
        except InsufficientPrivilege:
            found = False
    connection.rollback()
    return found or not read_strength(connection).keeps_rows_apart


def migrations(place: Surroundings) -> Iterator[str]:
    """Code that finds older tables fails on the first page that needs the new ones."""
    with connected(place, Role.WEB) as connection:
        present = read_revision(connection)
    newest = newest_revision()
    if present != newest:
        yield (
            f"The tables are at version {present or 'none'}, the code at {newest}. Run `make migrate` "
            "(containers: `docker compose run --rm prepare`)."
        )


def read_revision(connection: Connection) -> str | None:
    """Return the version of the tables, None for an empty database.

    Raises:
        CannotTellError: the site's role may not read it.
    """
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT alembic_version.version_num FROM alembic_version")
            found = cursor.fetchone()
        except UndefinedTable:
            return None
        except InsufficientPrivilege:
            raise CannotTellError("the site's role may not read alembic_version; migrate first") from None
    return str(found[0]) if found else None


def read_strength(connection: Connection) -> Strength:
    """Return how strong the login of a connection is.

    Raises:
        CannotTellError: the tables are missing, so it cannot be known who owns them.
    """
    with connection.cursor() as cursor:
        try:
            cursor.execute(read_statement("operation/role_strength.sql"))
            found = cursor.fetchone()
        except UndefinedTable:
            raise CannotTellError("the tables are missing; migrate first") from None
    if found is None:
        raise CannotTellError("the login of this connection is not in the list of roles")
    return Strength(*found)


def require_address(place: Surroundings, role: Role) -> URL:
    """Return the address with which the site comes in a role.

    Raises:
        CannotTellError: none is given and the cluster of `make run` is down, or it is not one of Postgres.
    """
    try:
        return site_database_url(place.settings, role)
    except StepError as error:
        raise CannotTellError(str(error)) from None


@contextmanager
def connected(place: Surroundings, role: Role) -> Iterator[Connection]:
    """Open a connection as the site does in a role; nothing is committed.

    Raises:
        CannotTellError: it cannot be opened.
    """
    url = libpq_url(require_address(place, role))
    try:
        connection = psycopg2.connect(url, connect_timeout=CONNECT_TIMEOUT_SECONDS)
    except psycopg2.OperationalError as error:
        raise CannotTellError(str(error).strip().replace("\n", " ")) from None
    with closing(connection):
        try:
            yield connection
        except psycopg2.Error as error:
            raise CannotTellError(str(error).strip().replace("\n", " ")) from error
