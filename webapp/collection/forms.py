"""The form of a prescription taken from a prefectoral order: « Référence / Nom / Contenu »."""

from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from webapp.collection.mending import mend_pasted

LONGEST_REFERENCE = 200
LONGEST_NAME = 300
LONGEST_CONTENT = 20_000
LONGEST_PASTED = 4 * LONGEST_CONTENT
LAST_PAGE = 100_000


@dataclass(frozen=True, slots=True)
class PrefectoralForm:
    """What a person typed, cleaned, and what is wrong with it: a sentence for each field."""

    georisques_id: str = ""
    reference: str = ""
    name: str = ""
    content: str = ""
    page: int | None = None
    typed_page: str = ""
    errors: dict[str, str] = field(default_factory=dict)


def read_prefectoral_form(typed: MultiDict[str, str]) -> PrefectoralForm:
    """Return the fields as they will be kept: lines and cut words of the content mended."""
    reference, name = _line(typed.get("reference", "")), _line(typed.get("nom", ""))
    content = mend_pasted(typed.get("contenu", "")[:LONGEST_PASTED])
    page = typed.get("page", "").strip()[:6]
    errors = {}
    if not content:
        errors["contenu"] = "Collez ou tapez le texte de la prescription."
    elif len(content) > LONGEST_CONTENT:
        errors["contenu"] = (
            f"Le texte a {len(content)} caractères : il peut en avoir {LONGEST_CONTENT} au plus. Partagez-le "
            "en plusieurs prescriptions."
        )
    if len(reference) > LONGEST_REFERENCE:
        errors["reference"] = f"La référence peut avoir {LONGEST_REFERENCE} caractères au plus."
    if len(name) > LONGEST_NAME:
        errors["nom"] = f"Le nom peut avoir {LONGEST_NAME} caractères au plus."
    number = int(page) if page.isascii() and page.isdigit() and len(page) <= 6 else None
    if page and not (number and number <= LAST_PAGE):
        errors["page"] = "La page est un nombre, à partir de 1."
    return PrefectoralForm(typed.get("arrete", ""), reference, name, content, number, page, errors)


def _line(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())
