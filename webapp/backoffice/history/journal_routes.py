"""The page of the events, for those who answer for what is published."""

from flask import render_template, request

from webapp.backoffice.access import needs
from webapp.backoffice.history.journal import (
    LONGEST_TEXT,
    NOBODY,
    PAGE_SIZE,
    Wanted,
    account_names,
    count_events,
    list_events,
)
from webapp.backoffice.history.routes import paging_of
from webapp.backoffice.routes import blueprint


@blueprint.get("/journal")
@needs("publisher")
def journal() -> str:
    """List who did what and when, newest first."""
    wanted = Wanted(_asked("compte"), _asked("arrete"))
    paging = paging_of(count_events(wanted), PAGE_SIZE)
    return render_template(
        "backoffice/journal.html",
        wanted=wanted,
        events=list_events(wanted, paging.page),
        paging=paging,
        accounts=[*((name, name) for name in account_names()), (NOBODY, "Une commande ou une étape")],
    )


def _asked(name: str) -> str:
    return request.args.get(name, "").replace("\0", " ").strip()[:LONGEST_TEXT]
