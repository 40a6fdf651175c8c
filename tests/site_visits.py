"""A visitor of the site, pages without fault, and rows to visit."""

from collections.abc import Iterator
from typing import Any

import html5lib
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.database import Role, connect
from etl.settings import Settings
from webapp import create_app
from webapp.models import db

INSTALLATION = {
    "name": "SITE",
    "region": "ILE DE FRANCE",
    "department": "SEINE ET MARNE",
    "num_dep": "77",
    "city": "AMILLIS",
    "code_postal": "77120",
    "regime": "A",
    "seveso": "NS",
    "family": "Industries",
    "active": "En fonctionnement",
    "withdrawn_at": None,
}


def visitor_of(settings: Settings) -> Iterator[FlaskClient]:
    """A visitor of the site with these settings; its connections are closed at the end."""
    app = create_app(settings)
    yield app.test_client()
    with app.app_context():
        db.engine.dispose()


def page_of(client: FlaskClient, path: str, status: int = 200) -> BeautifulSoup:
    """Return a page that has the status and whose HTML has no fault."""
    answer = client.get(path)
    assert answer.status_code == status, path
    return faultless(answer.text)


def faultless(html: str) -> BeautifulSoup:
    """Return a page whose HTML has no fault."""
    html5lib.HTMLParser(strict=True).parse(html)
    return BeautifulSoup(html, "html5lib")


def add_installations(connection: Connection, *rows: dict[str, Any]) -> None:
    """Insert published installations; what a row does not say is the same for all. Commits."""
    with connection.cursor() as cursor:
        for row in rows:
            values = INSTALLATION | row
            names = ", ".join(values)
            places = ", ".join(f"%({name})s" for name in values)
            cursor.execute(f"INSERT INTO installations ({names}) VALUES ({places})", values)  # noqa: S608
    connection.commit()


def run(settings: Settings, statement: str) -> Any:
    """Run a statement as the owner, and return the first value it gives."""
    with connect(settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone() if cursor.description else (None,)
        return row[0] if row else None
