"""What a person does with a collection; each answer says the same with and without a script."""

from flask import Blueprint, Response, abort, make_response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.aps.addresses import is_georisques_id
from webapp.collection import writing
from webapp.collection.answers import WHOLE, answer
from webapp.collection.forms import LONGEST_PASTED, PrefectoralForm, read_prefectoral_form
from webapp.collection.mending import mend_pasted
from webapp.collection.opening import open_collection
from webapp.collection.panel import BY_ORDER, BY_TOPIC, Shown, build_panel
from webapp.collection.prefectoral import add, add_page, answer_form, order_to_pick
from webapp.collection.queries import owns_pick, picked
from webapp.collection.ticking import Change, read_ticks, ticks_change
from webapp.database import begin_consistent_reads
from webapp.guests import (
    Guest,
    current_guest,
    forget_read_guest,
    guest_for_writing,
    keep_private,
    known_guest_for_writing,
)
from webapp.installations.queries import visible_installation
from webapp.models import Installation, PrefectoralOrder, db
from webapp.orders.choice import chosen_topic
from webapp.orders.today import TodaysTexts

ANCHOR = "collection"
GONE = "Cette prescription n’est plus dans le texte en vigueur : votre texte est conservé tel quel."
NOTHING_TO_PUT_BACK = (
    "Il n’y a plus rien à remettre : le retrait date de plus d’un jour, ou il est déjà annulé."
)

blueprint = Blueprint("collection", __name__, template_folder="templates")


@blueprint.get("/installations/<ref>/prescriptions")
def whole(ref: str) -> Response:
    """Show everything that the person holds of an installation, with the whole texts."""
    begin_consistent_reads()
    installation = _installation(ref)
    today = TodaysTexts.of_installation(installation.id)
    panel = build_panel(current_guest(), installation, today, Shown())
    response = make_response(
        render_template("collection/whole.html", panel=panel, here=f"vue={WHOLE}", is_whole=True)
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return keep_private(response)


@blueprint.post("/installations/<ref>/prescriptions")
def tick(ref: str) -> BaseResponse:
    """Add what was ticked in an order and remove what was unticked since its page went out."""
    ticks = read_ticks(request.form)
    opened = open_collection(ref)
    if opened is None:
        abort(404)
    if ticks is None:
        abort(400)
    change = ticks_change(ticks, opened.today, chosen_topic())
    message = change.message
    guest = guest_for_writing() if change.taken and opened.guest is None else opened.guest
    if guest is not None:
        message = _write(guest, opened.installation, change) or message
    return answer(opened.installation, opened.today, anchor=ticks.anchor, message=message)


def _write(guest: Guest, installation: Installation, change: Change) -> str:
    """Write a change; return the sentence that says why nothing was written, else nothing."""
    try:
        writing.remove(guest, installation.id, alinea_ids=change.left)
        writing.add_alineas(guest, installation.id, change.title, change.taken)
    except writing.FullError as error:
        db.session.rollback()
        forget_read_guest()
        return str(error)
    return ""


@blueprint.post("/installations/<ref>/prescriptions/retirer")
def remove(ref: str) -> BaseResponse:
    """Remove one pick (`id`), or all of them (`tout`)."""
    installation, guest = _owned(ref)
    if request.form.get("tout") == "oui":
        writing.remove(guest, installation.id, everything=True)
    else:
        writing.remove(guest, installation.id, ids=[_pick_id(guest, installation)])
    return _answer(installation)


@blueprint.post("/installations/<ref>/prescriptions/remettre")
def put_back(ref: str) -> BaseResponse:
    """Put back what was removed last, as it was."""
    installation, guest = _owned(ref)
    try:
        count = writing.put_back(guest, installation.id)
    except writing.FullError as error:
        db.session.rollback()
        return _answer(installation, str(error))
    return _answer(installation, "" if count else NOTHING_TO_PUT_BACK)


@blueprint.post("/installations/<ref>/prescriptions/nouveau-texte")
def take_new_text(ref: str) -> BaseResponse:
    """Give a pick the text of its order as it reads today."""
    installation, guest = _owned(ref)
    pick_id = _pick_id(guest, installation)
    held = picked(guest.id, installation.id).by_key.get(pick_id)
    today = TodaysTexts.of_installation(installation.id)
    alinea_id = held.alinea_id if held else None
    found = today.alineas(held.order_id, [alinea_id]) if held and alinea_id else {}
    order = today.reading(held.order_id) if held and found else None
    if order is None or alinea_id is None:
        return answer(installation, today, anchor=ANCHOR, message=GONE)
    writing.take_new_text(guest, installation.id, pick_id, order.title, found[alinea_id])
    return answer(installation, today, anchor=ANCHOR)


@blueprint.post("/installations/<ref>/prescriptions/regroupement")
def group(ref: str) -> BaseResponse:
    """Remember how the person reads collections: by order or by topic."""
    installation, guest = _owned(ref)
    grouping = request.form.get("par")
    if grouping not in {BY_ORDER, BY_TOPIC}:
        abort(400)
    writing.choose_grouping(guest, grouping)
    forget_read_guest()
    return _answer(installation)


@blueprint.get("/installations/<ref>/prescriptions/ajouter")
def prefectoral_form(ref: str) -> BaseResponse:
    """Show the form that adds a prescription of a prefectoral order (`arrete`), on a page of its own."""
    installation = _installation(ref)
    order = _prefectoral_order(installation, request.args.get("arrete", ""))
    page = request.args.get("page", type=int)
    form = PrefectoralForm(order.georisques_id, typed_page=str(page) if page else "")
    return add_page(installation, order, form)


@blueprint.post("/installations/<ref>/prescriptions/ajouter")
def add_from_prefectoral(ref: str) -> BaseResponse:
    """Add a prescription that was typed or pasted from a prefectoral order."""
    installation = _installation(ref)
    form = read_prefectoral_form(request.form)
    order = _prefectoral_order(installation, form.georisques_id)
    return answer_form(installation, order, add(installation, order, form))


@blueprint.post("/prescriptions/mise-en-forme")
def mended() -> Response:
    """Return a text copied from a document as it will be kept, to be read before it goes in."""
    text = request.form.get("contenu", "")
    if len(text) > LONGEST_PASTED:
        abort(413)
    return Response(mend_pasted(text), mimetype="text/plain")


def _prefectoral_order(installation: Installation, georisques_id: str) -> PrefectoralOrder:
    order = order_to_pick(installation, georisques_id) if is_georisques_id(georisques_id) else None
    if order is None:
        abort(404)
    return order


def _answer(installation: Installation, message: str = "") -> BaseResponse:
    today = TodaysTexts.of_installation(installation.id)
    return answer(installation, today, anchor=ANCHOR, message=message)


def _installation(ref: str) -> Installation:
    found = visible_installation(ref)
    if found is None:
        abort(404)
    return found


def _owned(ref: str) -> tuple[Installation, Guest]:
    """Return the installation and the person, locked; who made nothing has nothing to change here."""
    installation = _installation(ref)
    guest = known_guest_for_writing()
    if guest is None:
        abort(404)
    return installation, guest


def _pick_id(guest: Guest, installation: Installation) -> int:
    """Return the pick that the form names: the person's own, still held or removed in another tab."""
    pick_id = request.form.get("id", type=int)
    if pick_id is None or not 0 < pick_id < 1 << 63:
        abort(400)
    if not owns_pick(guest.id, installation.id, pick_id):
        abort(404)
    return pick_id
