"""The order that a page of the back-office is about, and the pages that each order has."""

import re

from flask import abort, request

from webapp.backoffice.store import StoredOrder, read_order

# Endpoint and name of each page of an order, in the order of the work; each is under /arretes/<cid>/.
TABS = [
    ("backoffice.order", "Métadonnées et état"),
    ("backoffice.text", "Texte"),
    ("backoffice.parametrization", "Paramétrage"),
    ("backoffice.topics", "Thèmes"),
    ("backoffice.preview", "Aperçu"),
    ("backoffice.history", "Historique"),
    ("backoffice.comparison", "Comparaison"),
]
# What the column of the numbers can hold.
MOST_VERSIONS = 2**31 - 1
VERSION = re.compile(r"[0-9]{1,9}", re.ASCII)
MEANWHILE = (
    "Une autre personne a enregistré la version {} de cet arrêté depuis que vous avez ouvert cette page. "
    "Rien n’a été écrasé : ce que vous avez saisi est encore ici. Comparez avec la version enregistrée, puis "
    "renvoyez si c’est bien ce que vous voulez."
)


def held_order(cid: str, number: int | None = None) -> StoredOrder:
    """Return an order as it is now, or as a version was; where there is none the answer is 404."""
    # Nothing is asked of the database for what it cannot hold.
    cannot_be = "\0" in cid or (number is not None and number > MOST_VERSIONS)
    held = None if cannot_be else read_order(cid, number)
    if held is None:
        abort(404)
    return held


def version_asked(name: str = "version") -> int | None:
    """Return the version that the address names, None for the current one; what is no number is not found."""
    typed = request.args.get(name, "")
    if not typed:
        return None
    if not VERSION.fullmatch(typed):
        abort(404)
    return int(typed)


def based_on() -> int:
    """Return the version that the page showed when its form was sent."""
    return request.form.get("version", 0, type=int)
