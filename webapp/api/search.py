"""Full text over the orders: the same search as `/recherche`."""

from typing import Any

from flask import abort, url_for
from marshmallow import Schema, fields, validate

from regulation.topics import Topic
from webapp.api.answers import LAST_PAGE as LAST_PAGE_OF_LISTS
from webapp.api.answers import ListSchema, origin_of, paged
from webapp.api.fields import Question, choice, number, pattern, text
from webapp.api.operations import operation, subject
from webapp.api.schemas import links, maybe, maybe_day, told
from webapp.data.catalogue import MINISTERIAL_ORDERS
from webapp.database import begin_consistent_reads
from webapp.fulltext.question import Filters, read_question
from webapp.fulltext.search import LAST_PAGE, NOTHING, PAGE_SIZE, AlineaHit, Found, PageHit, find
from webapp.fulltext.wording import KINDS, REGIMES, TOPICS
from webapp.orders.library import library

LAST = min(LAST_PAGE, LAST_PAGE_OF_LISTS)

blueprint = subject("api_search", "Recherche dans le texte des arrêtés")


class SearchQuestion(Question):
    """What to look for."""

    q = text("Mots cherchés ; guillemets pour une expression, - pour exclure, OU entre deux possibilités")
    kind = choice(KINDS, "Seulement les arrêtés ministériels (am) ou préfectoraux (ap)")
    topic = choice(TOPICS, "Thème des sections (arrêtés ministériels)")
    regime = choice(REGIMES, "Régime visé par l’arrêté, ou de l’installation")
    rubrique = pattern("^[0-9]{3,4}$", "Rubrique visée par l’arrêté, ou de l’installation", "1510")
    department = pattern("^[0-9][0-9AB][0-9]?$", "Département de l’installation (arrêtés préfectoraux)", "77")
    page = number(1, LAST, f"Numéro de la page, de {PAGE_SIZE} résultats")


class HitSchema(Schema):
    """An alinea of a ministerial order, or a page of a prefectoral one."""

    kind = fields.String(
        required=True,
        validate=validate.OneOf(list(KINDS)),
        metadata={"description": "am : alinéa d’un arrêté ministériel ; ap : page d’un arrêté préfectoral"},
    )
    title = told("Titre de l’arrêté")
    extract = told("Extrait, sans mise en forme")
    extract_html = told("Extrait en HTML, ce qui correspond entre <mark> et </mark>")
    cid = maybe("am : identifiant de l’arrêté")
    alinea_id = maybe("am : identifiant de l’alinéa")
    reference = maybe("am : numéro de l’article")
    topic = maybe("am : thème")
    georisques_id = maybe("ap : identifiant de l’arrêté")
    s3ic_id = maybe("ap : identifiant de l’installation")
    installation = maybe("ap : nom de l’installation")
    dated_on = maybe_day("ap : date de l’arrêté")
    page = fields.Integer(required=True, allow_none=True, metadata={"description": "ap : page du document"})
    links = links()


class SearchSchema(ListSchema):
    """Hits, the best first; where there are too many, only the best ones are counted."""

    is_cut = fields.Boolean(
        required=True, metadata={"description": "Il y a plus de résultats que ceux qui sont comptés"}
    )
    items = fields.List(fields.Nested(HitSchema), required=True)


@operation(blueprint, "/search", "Chercher dans le texte des arrêtés", SearchSchema, query=SearchQuestion)
def search_texts(question: dict[str, Any]) -> dict[str, Any]:
    """Return one page of the alineas and pages that hold the words."""
    begin_consistent_reads()
    found = _find(question)
    if question["page"] > 1 and not found.hits:
        abort(404)
    return {
        "origin": origin_of(MINISTERIAL_ORDERS) | {"source": "Légifrance ; Géorisques"},
        **paged(question, found.total, PAGE_SIZE),
        "is_cut": found.is_cut,
        "items": [_hit(hit) for hit in found.hits],
    }


def _find(question: dict[str, Any]) -> Found:
    filters = Filters(
        kind=question["kind"],
        topic=Topic[question["topic"]] if question["topic"] else None,
        regime=question["regime"],
        rubrique=question["rubrique"],
        num_dep=question["department"],
    )
    asked = read_question(question["q"])
    if not asked.can_be_answered:
        return NOTHING
    return find(asked, filters, library().shelf().heads, question["page"])


def _hit(hit: AlineaHit | PageHit) -> dict[str, Any]:
    shown = {"title": hit.title, "extract": hit.extract.striptags(), "extract_html": str(hit.extract)}
    nothing = dict.fromkeys(HitSchema().fields.keys() - shown.keys())
    if isinstance(hit, AlineaHit):
        order = url_for("api_ams.read_am", cid=hit.cid)
        own = {"kind": "am", "cid": hit.cid, "alinea_id": hit.alinea_id, "reference": hit.reference}
        return nothing | shown | own | {"topic": hit.topic.value, "links": {"am": order, "page": hit.url}}
    names = ("georisques_id", "s3ic_id", "installation", "dated_on", "page")
    order = url_for("api_aps.read_ap", georisques_id=hit.georisques_id)
    own = {name: getattr(hit, name) for name in names}
    return nothing | shown | own | {"kind": "ap", "links": {"ap": order, "page": hit.url}}
