"""People of tests who make installations of their own through the site."""

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from etl.database import Role, connect
from etl.settings import Settings
from tests.people import SITE
from tests.site_visits import faultless, page_of

LINE = {"rubrique": "2910", "alinea": "A-2", "regime": "D", "volume": "1 250,5 kW"}
LINE_SHOWN = "2910 A-2 Déclaration 1 250,5 kW – – –"


class Owner:
    """Someone with a browser, who sends the forms of own installations."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.app = app

    def token(self) -> str:
        """The token that the next form needs."""
        page = page_of(self.client, "/installations/nouvelle")
        return str(page.select("input[name=csrf_token]")[0]["value"])

    def send(self, path: str, **fields: object) -> TestResponse:
        """Send a form as a browser does."""
        answer = self.client.post(path, data={"csrf_token": self.token(), **fields})
        if answer.mimetype == "text/html" and answer.status_code < 300:
            faultless(answer.text)
        return answer

    def copy(self, site: str = SITE) -> str:
        """Copy an installation; return what names the copy."""
        answer = self.send(f"/installations/{site}/copie")
        assert answer.status_code == 303
        return str(answer.location).rpartition("/")[2]

    def invent(self, name: str = "Projet", **fields: object) -> str:
        """Make a fictive installation; return what names it."""
        answer = self.send("/installations/nouvelle", nom=name, **(LINE | fields))
        assert answer.status_code == 303, answer.text
        return str(answer.location).rpartition("/")[2]

    def lines(self, ref: str) -> list[str]:
        """The lines of an own installation, as their page shows them."""
        page = page_of(self.client, f"/installations/{ref}/classements")
        rows = page.select("tr.in-force")
        return [" ".join(" ".join(cell.text for cell in row.select("th, td")[:7]).split()) for row in rows]

    def forms(self, ref: str) -> list[str]:
        """The addresses of the forms of its lines."""
        page = page_of(self.client, f"/installations/{ref}/classements")
        return [str(link["href"]) for link in page.select(".own-lines__actions > a")]

    def form(self, path: str) -> dict[str, str]:
        """What a form of a line holds."""
        page = page_of(self.client, path)
        fields = {
            str(each["name"]): str(each.get("value", "")) for each in page.select(".own-form input[name]")
        }
        chosen = page.select("select[name=regime] option[selected]")
        return fields | {"regime": str(chosen[0]["value"]) if chosen else ""}


def execute(settings: Settings, statement: str, **values: object) -> Any:
    """Run a statement as the owner of the tables, commit, and return the first value it gives."""
    with connect(settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone() if cursor.description else (None,)
        connection.commit()
        return row[0] if row else None
