"""What became of a document, in words."""

from webapp.models import PrefectoralOrder, PrefectoralPage

NAMELESS = "Arrêté préfectoral"
# Under this the engine took many words for others (docs/ocr.md: it goes from 0 to 100).
UNSURE = 80.0

FAILURES = {
    "gone": "le document n’existe plus à la source",
    "refused": "la source ne donne pas ce document",
    "unreachable": "la source n’a pas répondu, un nouvel essai sera fait",
    "empty": "le fichier est vide",
    "not_pdf": "le fichier n’est pas un PDF",
    "too_large": "le fichier est trop volumineux",
    "corrupt": "le fichier est abîmé",
    "encrypted": "le fichier est protégé par un mot de passe",
    "no_page": "le document n’a aucune page",
    "too_many_pages": "le document a trop de pages",
    "too_slow": "la lecture dure trop longtemps",
    "too_much_memory": "la lecture demande trop de mémoire",
    "nothing_read": "aucune page n’a pu être lue",
}
UNKNOWN_FAILURE = "un incident a interrompu la lecture, un nouvel essai sera fait"

PAGE_NOTES = {
    "blank": "Cette page est blanche.",
    "failed": "Cette page n’a pas pu être lue : consultez-la dans le document.",
}
UNSURE_PAGE = "Lecture incertaine : vérifiez le texte de cette page sur le document."
EMPTY_PAGE = "Aucun texte n’a été trouvé sur cette page."


def title_of(order: PrefectoralOrder) -> str:
    """Return what an order is called: the title found in its text where the source has none of use."""
    return order.title or order.description.strip() or NAMELESS


def failure_in_words(order: PrefectoralOrder) -> str:
    """Return why the document of an order could not be read."""
    return FAILURES.get(order.failure or "", UNKNOWN_FAILURE)


def is_unsure(thing: PrefectoralOrder | PrefectoralPage) -> bool:
    """Tell whether the text of an order or page was read with little confidence."""
    return thing.confidence is not None and thing.confidence < UNSURE


def page_note(page: PrefectoralPage) -> str | None:
    """Return what is to be said of the text of a page, None where it speaks for itself."""
    if page.decision in PAGE_NOTES:
        return PAGE_NOTES[page.decision]
    if not page.text.strip():
        return EMPTY_PAGE
    return UNSURE_PAGE if is_unsure(page) else None
