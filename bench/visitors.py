"""People of the load benchmark: what they ask for, and what they tick."""

import random
import re
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from urllib.parse import urlencode

import httpx

HEADERS = {"Accept": "text/html", "Accept-Encoding": "gzip"}
SCRIPTED = {"HX-Request": "true", "Accept-Encoding": "gzip"}
TIMEOUT_SECONDS = 60
CHOSEN = re.compile(r'name="am" value="([^"]+)"[^>]*checked')
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
FORM = re.compile(r'name="cid" value="([^"]+)"(.*?)</form>', re.DOTALL)
BOX = re.compile(r'name="p" value="([^"]+)"')
HELD = re.compile(r'data-a="([^"]+)"')

WORDS = ("rejets aqueux", "bruit", "stockage de liquides", "incendie", "surveillance des eaux", "entrepôt")
NAMES = ("carriere", "entrepot", "garage", "socété", "imprimerie", "station", "77", "elevage")
# How many of a hundred requests are of a kind.
MIX = {
    "autocomplete": 28,
    "search": 10,
    "installation": 20,
    "orders": 10,
    "full text": 8,
    "map points": 6,
    "tick": 14,
    "export": 4,
}
EXPORTS = ("odt", "docx", "ods", "csv")
# Zones of the map as the script asks for them: west, south, east, north.
ZONES = ("-5.0,42.0,8.0,51.0", "1.4,48.1,3.5,49.2", "2.2,48.7,2.6,49.0")


@dataclass
class Person:
    """Someone with a browser on the orders of an installation; `told` is what they were told they hold."""

    client: httpx.Client
    site: str
    rng: random.Random
    token: str = ""
    boxes: list[tuple[str, str]] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    orders: str = ""
    one_by_one: Lock = field(default_factory=Lock)

    def arrive(self) -> None:
        """Open the installation, then its applicable orders."""
        cids = CHOSEN.findall(self._page(f"/installations/{self.site}"))
        self.orders = f"/installations/{self.site}/arretes?{urlencode({'am': cids}, doseq=True)}"
        page = self._page(self.orders)
        self.token = found[1] if (found := TOKEN.search(page)) else ""
        self.boxes = [(cid, box) for cid, form in FORM.findall(page) for box in BOX.findall(form)]

    def tick(self) -> httpx.Response:
        """Tick a box, or untick one that is held, and note what the answer says is held."""
        cid, box = self.rng.choice(self.boxes)
        name = "was" if box in self.told else "p"
        answer = self.client.post(
            f"/installations/{self.site}/prescriptions",
            data={"csrf_token": self.token, "cid": cid, name: box},
            headers=SCRIPTED,
        )
        if answer.status_code == httpx.codes.OK:
            expected = self.told ^ {box}
            self.told = set(HELD.findall(answer.text))
            assert self.told == expected, f"told {sorted(self.told)}, but ticked {sorted(expected)}"
        return answer

    def _page(self, path: str) -> str:
        answer = self.client.get(path, headers=HEADERS)
        answer.raise_for_status()
        return answer.text


def person(address: str, site: str, seed: int) -> Person:
    """Return someone who never was here, on the orders of an installation."""
    client = httpx.Client(base_url=address, timeout=TIMEOUT_SECONDS)
    someone = Person(client, site, random.Random(seed))
    someone.arrive()
    return someone


def paths(sites: list[str], people: list[Person], seed: int, count: int) -> list[tuple[str, str]]:
    """Return so many mixed requests: their kind and path (of a tick: nothing, a person decides)."""
    rng = random.Random(seed)
    kinds = rng.choices(list(MIX), list(MIX.values()), k=count)
    return [(kind, _path(kind, sites, people, rng)) for kind in kinds]


def _path(kind: str, sites: list[str], people: list[Person], rng: random.Random) -> str:
    someone, name = rng.choice(people), rng.choice(NAMES)
    asked: dict[str, tuple[dict[str, Any], str]] = {
        "autocomplete": ({"q": name[: rng.randint(2, len(name))]}, "/installations/suggestions"),
        "search": ({"q": name}, "/installations"),
        "full text": ({"q": rng.choice(WORDS)}, "/recherche"),
        "map points": ({"zone": rng.choice(ZONES), "zoom": rng.randint(6, 11)}, "/carte/points"),
        "export": ({}, f"/installations/{someone.site}/collection.{rng.choice(EXPORTS)}"),
        "installation": ({}, f"/installations/{rng.choice(sites)}"),
        "orders": ({}, someone.orders),
        "tick": ({}, ""),
    }
    query, path = asked[kind]
    return f"{path}?{urlencode(query)}" if query else path
