"""The page of a ministerial order as it is published, whatever the installation: where a search leads."""

from flask import abort, render_template, request

from regulation.order import Order
from regulation.order_file import is_cid
from regulation.topics import Topic
from webapp.installations.wording import REGIMES
from webapp.orders.choice import chosen_topic
from webapp.orders.library import library
from webapp.orders.marking import marked_html, matching_words
from webapp.orders.routes import blueprint
from webapp.orders.text import contents_html, text_html


@blueprint.get("/arretes-ministeriels/<cid>")
def ministerial(cid: str) -> str:
    """Show an order's own text; `mots` is a question whose words are marked."""
    shelf = library().shelf()
    if not is_cid(cid) or cid not in shelf.heads:
        abort(404)
    topic = chosen_topic()
    asked = request.args.get("mots", "")
    sections = library().read(shelf, cid).order.sections
    return render_template(
        "orders/ministerial.html",
        order=shelf.heads[cid],
        updated_at=shelf.updated_at[cid],
        topic=topic,
        topics=[each for each in Topic if each is not Topic.AUCUN],
        asked=asked,
        bindings=_bindings(shelf.heads[cid]),
        contents=contents_html(sections, topic),
        text=marked_html(text_html(sections, topic), matching_words(cid, asked)),
    )


def _bindings(order: Order) -> list[str]:
    """Return the rubriques that the order is about, each once with its regime in words."""
    pairs = sorted({(binding.rubrique, binding.regime.value) for binding in order.bindings})
    return [f"{rubrique} ({REGIMES.get(regime, regime).lower()})" for rubrique, regime in pairs]
