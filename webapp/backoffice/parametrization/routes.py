"""The pages of an order's parametrization: all that stands on it, and one element to write."""

from dataclasses import replace

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from regulation.conditions import Parameter
from regulation.editing.carried import ElementKind
from regulation.editing.condition_form import Group, rows_of, with_group, with_row, without
from regulation.editing.condition_values import REGIMES, Known
from regulation.order_file import OrderFileError
from regulation.reading import ReadingError
from webapp.backoffice.access import may, needs, signed_in
from webapp.backoffice.held import MEANWHILE, based_on, held_order
from webapp.backoffice.parametrization.element_form import (
    ALL,
    ElementForm,
    judged,
    shown_form,
    typed_form,
    with_element,
    without_blanks,
    without_element,
)
from webapp.backoffice.parametrization.offered import Offered, offered_for
from webapp.backoffice.parametrization.overview import overview_of
from webapp.backoffice.parametrization.places import KINDS, Place, Target, find_place, find_target
from webapp.backoffice.parametrization.together import Together, together
from webapp.backoffice.parametrization.words import PARAMETERS, SAVED
from webapp.backoffice.routes import blueprint
from webapp.backoffice.store import Edit, EditedMeanwhileError, StoredOrder, save

OVERVIEW = "/arretes/<cid>/parametrage"
ELEMENTS = f"{OVERVIEW}/<place>/<any(inapplicabilite, modification, avertissement):word>"
LONGEST_NAME = 120

READ_FIRST = "Relisez ce que liront les inspecteurs, puis enregistrez."
ONE_CONDITION = (
    "L’arrêté entier a déjà une condition d’inapplicabilité : modifiez-la, et ajoutez-y la vôtre par OU."
)
LOST = (
    "L’élément que vous modifiiez a été changé ou retiré entre-temps : si vous enregistrez, ce que vous avez "
    "saisi sera un nouvel élément."
)
GONE = (
    "La section n’existe plus dans la version {} de cet arrêté : rien n’est enregistré. Ce que vous avez "
    "saisi est encore ici ; recopiez-le sur une autre section."
)
CHANGED = (
    "Cet élément a été changé ou retiré entre-temps : rien n’a été retiré. Voici l’arrêté tel qu’il est."
)


@blueprint.get(OVERVIEW)
@needs("reader")
def parametrization(cid: str) -> Response:
    """Show the sections of an order with what stands on each."""
    return _overview_page(held_order(cid))


@blueprint.get(f"{ELEMENTS}/nouveau")
@needs("editor")
def new_element(cid: str, place: str, word: str) -> Response | BaseResponse:
    """Show the form of a new element."""
    held = held_order(cid)
    target = find_target(held, _place(held, place), word, None)
    if _has_one_already(held, target):
        return redirect(url_for("backoffice.element", cid=cid, place=place, word=word, rank=0), 303)
    return _Answer(held, target).page(shown_form(target))


@blueprint.get(f"{ELEMENTS}/<int:rank>")
@needs("editor")
def element(cid: str, place: str, word: str, rank: int) -> Response:
    """Show the form of an element as it is."""
    held = held_order(cid)
    target = find_target(held, _place(held, place), word, rank)
    answer = _Answer(held, target)
    return answer.page(answer.judged(shown_form(target)))


@blueprint.post(f"{ELEMENTS}/nouveau")
@needs("editor")
def add_element(cid: str, place: str, word: str) -> Response | BaseResponse:
    """Change the form of a new element, or save it."""
    return _answer(held_order(cid), place, word, None)


@blueprint.post(f"{ELEMENTS}/<int:rank>")
@needs("editor")
def change_element(cid: str, place: str, word: str, rank: int) -> Response | BaseResponse:
    """Change the form of an element, or save it."""
    return _answer(held_order(cid), place, word, rank)


@blueprint.post(f"{ELEMENTS}/<int:rank>/retirer")
@needs("editor")
def remove_element(cid: str, place: str, word: str, rank: int) -> Response | BaseResponse:
    """Take an element away, unless somebody was quicker."""
    held = held_order(cid)
    found = find_place(held.document, place)
    if found is None or based_on() != held.version:
        return _overview_page(held, CHANGED, 409)
    target = find_target(held, found, word, rank)
    edit = Edit(signed_in().id, "parametrization", _comment(target, "retiré"))
    try:
        save(cid, based_on(), without_element(held.document, target), held.metadata, edit)
    except EditedMeanwhileError:
        return _overview_page(held_order(cid), CHANGED, 409)
    return _done(held, found, "parametre-retire")


def _answer(held: StoredOrder, address: str, word: str, rank: int | None) -> Response | BaseResponse:
    place = find_place(held.document, address)
    is_late = based_on() != held.version
    if place is None:
        if not is_late:
            abort(404)
        return _gone_page(held, address, word)
    target = find_target(held, place, word, rank, request.form.get("avant", ""))
    answer = _Answer(held, target, version=based_on())
    form = typed_form(target, request.form)
    act, _, path = request.form.get("faire", "").partition(":")
    if act == "enregistrer":
        return answer.late(form) if is_late else answer.save(form)
    if act in STEPS:
        return answer.page(without_blanks(answer.judged(replace(form, group=STEPS[act](form.group, path)))))
    form = answer.judged(form)
    return answer.page(form if act == "verifier" else without_blanks(form))


STEPS = {"ligne": with_row, "groupe": with_group, "retirer": without}


class _Answer:
    """What is answered about one element of an order."""

    def __init__(self, held: StoredOrder, target: Target, *, version: int | None = None) -> None:
        self.held = held
        self.target = target
        self.version = held.version if version is None else version

    def judged(self, form: ElementForm) -> ElementForm:
        return judged(form, self.target, self._offered(form).known)

    def _offered(self, form: ElementForm) -> Offered:
        return offered_for(self.held.document, rows_of(form.group))

    def late(self, form: ElementForm) -> Response:
        """Show what was typed on top of what somebody else saved."""
        self.version = self.held.version
        message = MEANWHILE.format(self.held.version)
        if self.target.is_lost:
            message = f"{message} {LOST}"
        return self.page(self.judged(form), message, 409)

    def save(self, form: ElementForm) -> Response | BaseResponse:
        """Save the element as a new version, once its sentences were read and it contradicts nothing."""
        held, target, form = self.held, self.target, self.judged(form)
        if target.is_lost:
            abort(404)
        if _has_one_already(held, target):
            return self.page(form, ONE_CONDITION, 422)
        if form.is_wrong or self._together(form).refused:
            return self.page(form, status=422)
        if form.stamp != request.form.get("lu", ""):
            return self.page(form, READ_FIRST)
        done = "ajouté" if target.rank is None else "modifié"
        edit = Edit(signed_in().id, "parametrization", _comment(target, done))
        document = with_element(held.document, target, form.element)
        try:
            number = save(held.cid, based_on(), document, held.metadata, edit)
        except EditedMeanwhileError:
            return _answer(held_order(held.cid), target.place.address, target.word, target.rank)
        except OrderFileError as error:
            return self.page(form, f"L’arrêté ne peut pas être enregistré ainsi : {error.reason}.", 422)
        return _done(held, target.place, SAVED[done] if number != held.version else "inchange")

    def _together(self, form: ElementForm) -> Together:
        try:
            return together(self.held.document, self.target, form.element)
        except ReadingError:
            return Together()

    def page(self, form: ElementForm, message: str = "", status: int = 200) -> Response:
        page = render_template(
            "backoffice/parametrization/element.html",
            held=self.held,
            version=self.version,
            target=self.target,
            form=form,
            message=message,
            together=Together() if form.is_wrong else self._together(form),
            offered=self._offered(form),
            parameters=PARAMETERS,
            regimes=REGIMES,
            kinds=ElementKind,
            groups=Group,
            rubrique=Parameter.RUBRIQUE,
            is_wrong=status == 422 and form.is_wrong,
        )
        return make_response(page, status)


def _place(held: StoredOrder, address: str) -> Place:
    place = find_place(held.document, address)
    if place is None:
        abort(404)
    return place


def _has_one_already(held: StoredOrder, target: Target) -> bool:
    """Tell whether the element would be a second inapplicability of the whole order."""
    is_second = target.place.is_order and target.kind is ElementKind.INAPPLICABILITY and target.rank is None
    return is_second and held.document["applicability"]["condition_of_inapplicability"] is not None


def _comment(target: Target, done: str) -> str:
    kind = target.kind.value.capitalize()
    agreed = f"{done}e" if target.kind is not ElementKind.WARNING else done
    return f"{kind} {agreed} : {target.place.title[:LONGEST_NAME]}"


def _done(held: StoredOrder, place: Place, done: str) -> BaseResponse:
    anchor = f"s-{place.section_id}" if place.section_id else "arrete"
    return redirect(url_for("backoffice.parametrization", cid=held.cid, fait=done, _anchor=anchor), 303)


def _overview_page(held: StoredOrder, message: str = "", status: int = 200) -> Response:
    is_short = request.args.get("vue") == "portees"
    page = render_template(
        "backoffice/parametrization/overview.html",
        held=held,
        overview=overview_of(held.document, is_short=is_short),
        is_short=is_short,
        message=message,
        done=request.args.get("fait", "") if status == 200 else "",
        kinds=ElementKind,
        is_editor=may(signed_in(), "editor"),
    )
    return make_response(page, status)


def _gone_page(held: StoredOrder, address: str, word: str) -> Response:
    """Show what was typed for a section that an edit of the text took away meanwhile."""
    gone = {"id": address, "title": {"text": ""}, "outer_alineas": [], "sections": []}
    target = Target(Place(address, ("",), gone), KINDS[word])
    form = typed_form(target, request.form)
    page = render_template(
        "backoffice/parametrization/gone.html",
        held=held,
        form=judged(replace(form, scope=ALL), target, Known()),
        rows=[row for row in rows_of(form.group) if row.parameter],
        parameters=PARAMETERS,
        message=GONE.format(held.version),
    )
    return make_response(page, 409)
