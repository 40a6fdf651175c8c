"""People of tests: each with a browser of their own, who pick prescriptions through the site."""

from urllib.parse import urlencode

from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from tests.aps import georisques_id_of
from tests.site_visits import faultless, page_of

# A site of the demo, and an order that applies to it.
SITE = "0099.01211"
BOILERS = "JORFTEXT900000000002"
AP = georisques_id_of("an order to pick from")
SITE_ELSEWHERE = "0099.00323"
AP_ELSEWHERE = georisques_id_of("an order of another site")
SCRIPTED = {"HX-Request": "true"}


class Person:
    """Someone with a cookie jar, on the page of the orders of an installation."""

    def __init__(self, app: Flask, site: str = SITE, cid: str = BOILERS) -> None:
        self.client = app.test_client()
        self.site, self.cid = site, cid
        self.token = ""

    @property
    def address(self) -> str:
        """Where this person's collection is."""
        return f"/installations/{self.site}/prescriptions"

    def read(self, **arguments: str) -> BeautifulSoup:
        """Open the page of the orders; forms sent afterwards bear its token."""
        query = urlencode({"am": self.cid, **arguments})
        page = page_of(self.client, f"/installations/{self.site}/arretes?{query}")
        self.token = str(page.select("input[name=csrf_token]")[0]["value"])
        return page

    def send(self, where: str = "", query: str = "", **fields: object) -> TestResponse:
        """Send a form of the collection as a browser without scripts does."""
        return self.client.post(self._url(where, query), data=self._signed(fields))

    def ask(self, where: str = "", query: str = "", **fields: object) -> TestResponse:
        """Send a form of the collection as the script does."""
        return self.client.post(self._url(where, query), data=self._signed(fields), headers=SCRIPTED)

    def tick(self, *alinea_ids: str) -> TestResponse:
        """Tick alineas of the order."""
        return self.send(cid=self.cid, p=list(alinea_ids))

    def untick(self, *alinea_ids: str) -> TestResponse:
        """Untick alineas of the order."""
        return self.send(cid=self.cid, was=list(alinea_ids))

    def held(self) -> list[str]:
        """The alineas of the collection, in the order of its page."""
        return [str(pick["data-a"]) for pick in self.collection().select(".pick[data-a]")]

    def collection(self) -> BeautifulSoup:
        """The page of the whole collection."""
        return page_of(self.client, self.address)

    def _url(self, where: str, query: str) -> str:
        return self.address + (f"/{where}" if where else "") + (f"?{query}" if query else "")

    def _signed(self, fields: dict[str, object]) -> dict[str, object]:
        return {"csrf_token": self.token, **fields}


def alineas(page: BeautifulSoup) -> list[str]:
    """The alineas that a page of orders offers to tick, in the order of the text."""
    return [str(box["value"]) for box in page.select('form[data-ticks] input[name="p"]')]


def ticked(page: BeautifulSoup) -> list[str]:
    """The alineas that are ticked on a page of orders."""
    return [str(box["value"]) for box in page.select('form[data-ticks] input[name="p"][checked]')]


def pick_ids(person: Person) -> list[str]:
    """The rows of a person's picks, as the buttons that remove them name them."""
    return [str(button["value"]) for button in person.collection().select(".pick__remove")]


def part(answer: TestResponse) -> BeautifulSoup:
    """What a script was answered with: a part of a page, without fault."""
    frame = "<!doctype html><html lang=fr><head><title>Part</title></head><body>{}</body></html>"
    return faultless(frame.format(answer.text))


def words(answer: TestResponse) -> str:
    """The words that a script was answered with."""
    return " ".join(part(answer).text.split())
