"""What a person may tick in the text of an order: a box for each alinea, a button for each section."""

from collections.abc import Container, Sequence

from markupsafe import escape

from regulation.order import Alinea, Section
from regulation.prescriptions import alinea_id
from regulation.topics import Topic

TAKE_ALL = "Tout sélectionner"
LEAVE_ALL = "Tout désélectionner"


def has_content(alinea: Alinea) -> bool:
    """Tell whether there is anything to pick: some orders have empty paragraphs."""
    return alinea.table is not None or bool(alinea.text.strip())


class Ticks:
    """The boxes and buttons of one order, as one person finds them."""

    def __init__(self, held: Container[str], sections: Sequence[Section], topic: Topic | None) -> None:
        self._held = held
        self._topic = topic
        # For each section: how many alineas its button takes, and how many of these are held.
        self._counts: dict[str, tuple[int, int]] = {}
        for section in sections:
            self._count(section, None)

    def _count(self, section: Section, above: Topic | None) -> tuple[int, int]:
        own = above or section.topic
        taken = held = 0
        if self._topic is None or (own or Topic.AUCUN) is self._topic:
            active = section.state.active_alineas
            for index, alinea in enumerate(section.alineas):
                if active[index] and has_content(alinea):
                    taken += 1
                    held += alinea_id(section.id, index) in self._held
        for child in section.sections:
            below = self._count(child, own)
            taken, held = taken + below[0], held + below[1]
        self._counts[section.id] = (taken, held)
        return taken, held

    def box(self, name: str, alinea: Alinea) -> str:
        """Return the checkbox of an alinea; what it was when the page went out goes with it."""
        label = f'aria-labelledby="a-{name}"' if alinea.text.strip() else 'aria-label="Retenir le tableau"'
        box = f'<input type="checkbox" name="p" value="{name}" {label}'
        if name not in self._held:
            return box + ">"
        return f'{box} checked><input type="hidden" name="was" value="{name}">'

    def button(self, section_id: str, title: str) -> str:
        """Return the button of a section, none where it would take a single alinea or nothing."""
        taken, held = self._counts[section_id]
        if taken < 2:
            return ""
        name, word = ("sans", LEAVE_ALL) if held == taken else ("section", TAKE_ALL)
        label = f' aria-label="{word} : {escape(title)}"' if title else ""
        return f'<button class="tick-all" name="{name}" value="{section_id}"{label}>{word}</button>'
