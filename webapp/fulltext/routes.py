"""The page of full text."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from regulation.topics import Topic
from webapp.data.standing import read_standing
from webapp.database import begin_consistent_reads
from webapp.fulltext.question import RUBRIQUE, Filters, Question, read_question
from webapp.fulltext.search import LAST_PAGE, NOTHING, PAGE_SIZE, Found, find
from webapp.fulltext.suggestions import Advice, advise
from webapp.fulltext.wording import KINDS, REGIMES, TOPICS
from webapp.orders.library import library
from webapp.paging import Paging, kept_arguments

blueprint = Blueprint("fulltext", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question: what was found, or why nothing was looked for, and advice."""

    question: Question | None = None
    found: Found = NOTHING
    advice: Advice | None = None


@blueprint.get("/recherche")
def results() -> Response:
    """List the alineas and pages that hold the words of a question."""
    filters, is_rubrique_wrong = filters_from(request.args)
    page = request.args.get("page", 1, type=int)
    if not 1 <= page <= LAST_PAGE:
        abort(404)
    begin_consistent_reads()
    standing = read_standing()
    typed = request.args.get("q", "").replace("\0", "").strip()
    outcome = _answer(typed, filters, page) if typed and not is_rubrique_wrong else Outcome()
    if page > 1 and not outcome.found.hits:
        abort(404)
    response = make_response(
        render_template(
            "fulltext/results.html",
            asked=typed,
            outcome=outcome,
            found=outcome.found,
            filters=filters,
            is_rubrique_wrong=is_rubrique_wrong,
            paging=Paging(page, outcome.found.total, PAGE_SIZE, kept_arguments(request.args)),
            choices={"kinds": KINDS, "topics": TOPICS, "regimes": REGIMES},
            departments_in_words=[(code, f"{code} – {name}") for code, name in standing.departments],
            rubrique=request.args.get("rubrique", "").replace("\0", "").strip(),
            standing=standing,
        )
    )
    # Orders name people: search engines keep out.
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _answer(typed: str, filters: Filters, page: int) -> Outcome:
    question = read_question(typed)
    if not question.can_be_answered:
        return Outcome(question)
    found = find(question, filters, library().shelf().heads, page)
    advice = advise(question) if found.is_empty and filters.wants_am | filters.wants_ap else None
    return Outcome(question, found, advice)


def filters_from(arguments: MultiDict[str, str]) -> tuple[Filters, bool]:
    """Return the filters of an address, and whether its rubrique is none (it is typed by hand).

    A choice that the page does not offer is a bad request.
    """
    for name, known in (("type", KINDS), ("theme", TOPICS), ("regime", REGIMES)):
        if arguments.get(name) and arguments[name] not in known:
            abort(400)
    rubrique = arguments.get("rubrique", "").strip()
    is_rubrique = RUBRIQUE.fullmatch(rubrique) is not None
    filters = Filters(
        kind=arguments.get("type") or None,
        topic=Topic[arguments["theme"]] if arguments.get("theme") else None,
        regime=arguments.get("regime") or None,
        rubrique=rubrique if is_rubrique else None,
        num_dep=arguments.get("departement", "")[:3].upper() or None,
    )
    return filters, bool(rubrique) and not is_rubrique
