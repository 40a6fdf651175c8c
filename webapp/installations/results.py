"""What the address of a list of installations asks for, and what the page needs to show it."""

from dataclasses import replace
from typing import Any

from flask import abort, request
from werkzeug.datastructures import MultiDict

from webapp.data.standing import read_standing
from webapp.installations import wording
from webapp.installations.search import PAGE_SIZE, Wanted, find, parse_text
from webapp.paging import Paging, kept_arguments

LAST_PAGE = 10_000


def listed() -> dict[str, Any]:
    """Return the page of results that this request asks for, and the choices of its filters, for a template.

    A page that does not exist is not found; a filter with a value that does not exist is a bad request.
    """
    wanted = wanted_from(request.args)
    page = request.args.get("page", 1, type=int)
    if not 1 <= page <= LAST_PAGE:
        abort(404)
    found = find(wanted, page)
    if page > 1 and not found.hits:
        abort(404)
    return {
        "asked": request.args.get("q", "").strip(),
        "wanted": wanted,
        "found": found,
        "paging": Paging(page, found.total, PAGE_SIZE, kept_arguments(request.args)),
        "departments_in_words": [(code, f"{code} – {name}") for code, name in read_standing().departments],
        "states": [(state, state) for state in wording.STATES],
        "wording": wording,
    }


def wanted_from(arguments: MultiDict[str, str]) -> Wanted:
    """Return the question of an address; a filter with a value that does not exist is a bad request."""
    choices = {"regime": wording.PUBLISHED_REGIMES, "seveso": wording.SEVESO, "etat": wording.STATES}
    for name, known in choices.items():
        if arguments.get(name) and arguments[name] not in known:
            abort(400)
    return replace(
        parse_text(arguments.get("q", "")),
        num_dep=arguments.get("departement", "")[:3].upper() or None,
        regime=arguments.get("regime") or None,
        seveso=arguments.get("seveso") or None,
        active=arguments.get("etat") or None,
    )
