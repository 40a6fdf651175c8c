"""The form of an order's metadata: what was typed, cleaned, and what is wrong with it in French.

The rules are those of docs/back-office.md. A classement that the order had already is not looked up again in
the nomenclature: old rubriques leave it, and an order stays bound to them.
"""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from etl.am_documents import Document, Metadata, aida_page_of, aida_url_of, grouped
from regulation.order_file import read_cid
from regulation.reading import ReadingError

CID_RULE = "L’identifiant est JORFTEXT ou LEGITEXT suivi de douze chiffres ; un essai contient FAKE."
NOR = re.compile(r"[A-Z]{4}\d{7}[A-Z]", re.ASCII)
TITLE = re.compile(r"Arrêté du (\d{2}/\d{2}/\d{2}) (?:relatif|fixant)\b.+", re.ASCII | re.DOTALL)
RUBRIQUE = re.compile(r"[1-4]\d{3}", re.ASCII)
AIDA_PAGE = re.compile(r"\d{1,12}", re.ASCII)
REGIMES = ("A", "E", "D")
LONGEST_LINE = 1_000
MOST_CLASSEMENTS = 200
BLANK_LINES = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A classement as typed; `error` is the sentence about it."""

    rubrique: str = ""
    regime: str = ""
    alinea: str = ""
    error: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what makes it the same classement as another."""
        return (self.rubrique, self.regime, self.alinea)

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing was typed."""
        return not any(self.key)


@dataclass(frozen=True, slots=True)
class MetadataForm:
    """The fields as they will be kept, and a sentence for each that is wrong."""

    cid: str = ""
    nor: str = ""
    has_no_nor: bool = False
    title: str = ""
    nickname: str = ""
    signed_on: str = ""
    is_transverse: bool = False
    aida_page: str = ""
    lines: tuple[Line, ...] = ()
    forgets_orphans: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def offered(self) -> tuple[Line, ...]:
        """Return the lines of the page: those there are, and blank ones to fill."""
        return (*self.lines, *(Line() for _ in range(BLANK_LINES)))


def form_of(document: Document, metadata: Metadata) -> MetadataForm:
    """Return the form that shows an order as it is."""
    return MetadataForm(
        cid=document["id"],
        nor=metadata.nor or "",
        has_no_nor=metadata.has_no_nor,
        title=document["title"]["text"],
        nickname=document.get("nickname") or "",
        signed_on=document["date_of_signature"],
        is_transverse=document["is_transverse"],
        aida_page=aida_page_of(document.get("aida_url")) or "",
        lines=tuple(_line_of(line) for line in document.get("classements") or []),
    )


def _line_of(line: Mapping[str, Any]) -> Line:
    return Line(line["rubrique"], line["regime"], line.get("alinea") or "")


def read_form(
    typed: MultiDict[str, str],
    nomenclature: AbstractSet[tuple[str, str]],
    current: MetadataForm | None = None,
) -> MetadataForm:
    """Return what was typed, judged.

    Args:
        typed: the fields of the page.
        nomenclature: the (rubrique, alinea) there are; the alinea is empty where a rubrique has none.
        current: the order as it is; None for a new one, whose identifier is typed as well.
    """
    known = {line.key for line in current.lines} if current else set()
    form = MetadataForm(
        cid=current.cid if current else _clean(typed.get("cid", "")),
        nor=_clean(typed.get("nor", "")).upper(),
        has_no_nor="has_no_nor" in typed,
        title=_kept(typed.get("title", ""), current.title if current else ""),
        nickname=_kept(typed.get("nickname", ""), current.nickname if current else ""),
        signed_on=_clean(typed.get("date_of_signature", "")),
        is_transverse="is_transverse" in typed,
        aida_page=_clean(typed.get("aida_page", "")),
        lines=_judged_lines(typed, nomenclature, known),
        forgets_orphans="forget_orphans" in typed,
    )
    form.errors.update(_field_errors(form, current))
    form.errors.update(_line_errors(form))
    return form


def _clean(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())


def _kept(typed: str, before: str) -> str:
    """Return a line as typed, or as it was where only spaces differ, which a page does not keep."""
    cleaned = _clean(typed)
    return before if cleaned == _clean(before) else cleaned


def _judged_lines(
    typed: MultiDict[str, str],
    nomenclature: AbstractSet[tuple[str, str]],
    known: AbstractSet[tuple[str, str, str]],
) -> tuple[Line, ...]:
    columns = (typed.getlist(name)[:MOST_CLASSEMENTS] for name in ("rubrique", "regime", "alinea"))
    given = [Line(*map(_clean, values)) for values in zip(*columns, strict=False)]
    judged: list[Line] = []
    for line in given:
        if not line.is_blank:
            is_repeated = any(line.key == other.key for other in judged)
            error = _line_error(line, nomenclature, is_known=line.key in known, is_repeated=is_repeated)
            judged.append(Line(*line.key, error))
    return tuple(judged)


def _line_error(
    line: Line, nomenclature: AbstractSet[tuple[str, str]], *, is_known: bool, is_repeated: bool
) -> str:
    if is_repeated:
        return "Cette ligne est donnée deux fois : retirez-en une."
    if is_known:
        return ""
    if not RUBRIQUE.fullmatch(line.rubrique):
        return "Une rubrique a quatre chiffres, dont le premier est compris entre 1 et 4."
    if line.regime not in REGIMES:
        return "Choisissez le régime : autorisation, enregistrement ou déclaration."
    if line.alinea and (line.rubrique, line.alinea) not in nomenclature:
        there = sorted(alinea for rubrique, alinea in nomenclature if alinea and rubrique == line.rubrique)
        advice = f" : choisissez parmi {', '.join(there)}" if there else ""
        return f"La rubrique {line.rubrique} n’a pas d’alinéa {line.alinea} dans la nomenclature{advice}."
    return ""


def _field_errors(form: MetadataForm, current: MetadataForm | None) -> dict[str, str]:
    found = {
        "cid": "" if current else _cid_error(form.cid),
        "nor": _nor_error(form, current),
        "title": _title_error(form),
        "date_of_signature": _date_error(form.signed_on),
        "nickname": _too_long(form.nickname),
        "aida_page": ""
        if not form.aida_page or AIDA_PAGE.fullmatch(form.aida_page)
        else "La page AIDA est le nombre qui termine son adresse.",
    }
    return {name: error for name, error in found.items() if error}


def _cid_error(cid: str) -> str:
    try:
        read_cid(cid)
    except ReadingError:
        return CID_RULE
    return ""


def _nor_error(form: MetadataForm, current: MetadataForm | None) -> str:
    if form.has_no_nor and form.nor:
        return "Donnez le NOR, ou dites qu’il n’y en a pas : pas les deux."
    if form.nor and not NOR.fullmatch(form.nor):
        return "Un NOR est fait de quatre lettres, sept chiffres et une lettre, comme DEVP1234567A."
    was_unknown = current is not None and not current.nor and not current.has_no_nor
    if not form.nor and not form.has_no_nor and not was_unknown:
        return "Donnez le NOR, ou dites qu’il n’y en a pas."
    return ""


def _title_error(form: MetadataForm) -> str:
    found = TITLE.fullmatch(form.title)
    if found is None:
        return "Le titre commence par « Arrêté du jj/mm/aa relatif … » ou « … fixant … »."
    signed_on = _date(form.signed_on)
    if signed_on is not None and found[1] != f"{signed_on:%d/%m/%y}":
        return f"La date du titre, {found[1]}, n’est pas celle de la signature, {signed_on:%d/%m/%Y}."
    return _too_long(form.title)


def _date_error(typed: str) -> str:
    signed_on = _date(typed)
    if signed_on is None:
        return "Donnez la date de signature, comme 2015-05-12."
    if signed_on.year < 1850 or signed_on > datetime.now(UTC).date():
        return "La date de signature est comprise entre 1850 et aujourd’hui."
    return ""


def _date(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if len(typed) == len("2015-05-12") else None
    except ValueError:
        return None


def _too_long(text: str) -> str:
    return f"Ce texte peut avoir {LONGEST_LINE} caractères au plus." if len(text) > LONGEST_LINE else ""


def _line_errors(form: MetadataForm) -> dict[str, str]:
    if form.is_transverse and form.lines:
        return {"classements": "Un arrêté transverse n’est rattaché à aucune rubrique : retirez les lignes."}
    if any(line.error for line in form.lines):
        return {"classements": "Des lignes sont à corriger."}
    return {}


def with_metadata(document: Document, form: MetadataForm) -> Document:
    """Return an order with what a valid form says; what says the same already stays as it stands."""
    changed = dict(document)
    before = form_of(document, Metadata())
    changed["title"] = {**document["title"], "text": form.title}
    changed["date_of_signature"] = form.signed_on
    changed["is_transverse"] = form.is_transverse
    if form.nickname != before.nickname:
        changed["nickname"] = form.nickname or None
    if form.aida_page != before.aida_page:
        changed["aida_url"] = aida_url_of(form.aida_page)
    if form.forgets_orphans and orphans_of(document):
        changed["orphan_titles"] = None
    if form.lines != before.lines:
        old = {_line_of(line).key: line for line in document.get("classements") or []}
        changed["classements"] = [old.get(line.key) or _new_line(line) for line in form.lines]
        changed["classements_with_alineas"] = grouped(changed["classements"])
    return changed


def orphans_of(document: Document) -> list[tuple[str, ...]]:
    """Return the titles that led to each section that the published file knows as gone, with what it bore."""
    known = document.get("orphan_titles") or {}
    chains = known.values() if isinstance(known, Mapping) else known
    return [tuple(chain) if isinstance(chain, list) else (str(chain),) for chain in chains]


def _new_line(line: Line) -> dict[str, Any]:
    return {
        "rubrique": line.rubrique,
        "regime": line.regime,
        "alinea": line.alinea or None,
        "state": "ACTIVE",
    }


def new_document(form: MetadataForm) -> Document:
    """Return the order that a valid form begins: its metadata, and no text yet."""
    empty: Document = {
        "id": form.cid,
        "title": {"text": form.title},
        "date_of_signature": form.signed_on,
        "aida_url": None,
        "legifrance_url": None,
        "is_transverse": form.is_transverse,
        "nickname": None,
        "classements": [],
        "classements_with_alineas": [],
        "applicability": {"warnings": [], "condition_of_inapplicability": None},
        "visa": [],
        "sections": [],
        "orphan_titles": None,
    }
    return with_metadata(empty, form)
