"""A line as it comes with a request: to be saved, or with a look into the nomenclature first."""

from dataclasses import dataclass, replace

from flask import request

from webapp.own_installations.line_form import LABELS, LineForm, clean, read_line_form
from webapp.own_installations.nomenclature import (
    ON_A_PAGE,
    Reference,
    is_known_rubrique,
    reference_by_id,
    suggest_references,
)

BLANK = LineForm()


@dataclass(frozen=True, slots=True)
class TypedLine:
    """The form as typed; `found` are lines of the nomenclature to choose from, None where nobody looked."""

    form: LineForm
    found: list[Reference] | None = None
    wants_saving: bool = False

    @property
    def can_be_saved(self) -> bool:
        """Tell whether the line is to be saved and nothing is wrong with it."""
        return self.wants_saving and not self.form.errors


def read_typed_line(before: LineForm = BLANK) -> TypedLine:
    """Return the line of this request: to be saved, to look for its rubrique, or chosen from what was found.

    Without a script the buttons of the form do what suggestions do with one; all that was typed stays.
    """
    typed = {name: clean(request.form.get(name, "")) for name in LABELS}
    reference = reference_by_id(request.form.get("reference", 0, type=int))
    if reference is not None:
        chosen = {"rubrique": reference.rubrique, "alinea": reference.alinea, "regime": reference.regime}
        return TypedLine(LineForm(typed | chosen))
    if "chercher" in request.form:
        return TypedLine(LineForm(typed), suggest_references(typed["rubrique"], ON_A_PAGE))
    form = read_line_form(request.form, before, is_known_rubrique)
    found = suggest_references(form.typed["rubrique"], ON_A_PAGE) if "rubrique" in form.errors else None
    return TypedLine(form, found or None, wants_saving=True)


def with_error(form: LineForm, name: str, sentence: str) -> LineForm:
    """Return the form with one more thing that is wrong."""
    return replace(form, errors={**form.errors, name: sentence})
