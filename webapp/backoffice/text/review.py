"""What saving a text would do: to the text, and to all that stands on its sections."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from etl.am_documents import Document, encoded
from regulation.consistency import check_order
from regulation.editing.carried import Carried, CarriedElement
from regulation.editing.carrying import edit_sections
from regulation.editing.drafts import DraftSection
from regulation.order_file import read_order
from webapp.backoffice.elements import ToldElement, told
from webapp.backoffice.store import StoredOrder
from webapp.backoffice.text_changes import SectionChange, changes_between
from webapp.formats import plural


@dataclass(frozen=True, slots=True)
class ToldReach:
    """A section that moved, the titles that lead to it now, and what covers it no more, or newly."""

    titles: tuple[str, ...]
    left: list[ToldElement]
    entered: list[ToldElement]


@dataclass(frozen=True)
class Review:
    """An order before and after a text; the lists say what becomes of parameters and topics.

    `faults` keep what the order would be from being published.
    """

    before: Document
    after: Document
    carried: Carried
    faults: Sequence[str]

    @property
    def has_changes(self) -> bool:
        """Tell whether saving would change anything of the order."""
        return self.before != self.after

    @cached_property
    def changes(self) -> list[SectionChange]:
        """Return the sections that changed."""
        return changes_between(self.before, self.after)

    @property
    def summary(self) -> list[str]:
        """Return how many sections change, and what becomes of parameters and topics, as sentences."""
        fates = Counter(change.fate.value for change in self.changes)
        sections = [
            f"{plural(count, 'section', 'sections')} {fate}{'s' * (count > 1)}"
            for fate, count in fates.items()
        ]
        elements = [
            plural(len(found), *words)
            for found, words in (
                (self.stayed, ("reste en place", "restent en place")),
                (self.moved, ("suit son texte ailleurs", "suivent leur texte ailleurs")),
                (self.lost, ("serait perdu", "seraient perdus")),
            )
            if found
        ]
        told_sections = f"{', '.join(sections)}." if sections else "Aucune section ne change de texte."
        return [told_sections, f"Paramètres et thèmes : {', '.join(elements) or 'aucun'}."]

    @cached_property
    def stayed(self) -> list[ToldElement]:
        """Return what stays where it is."""
        return _told(self.carried.stayed)

    @cached_property
    def moved(self) -> list[ToldElement]:
        """Return what follows its section or its alineas to another place."""
        return _told(self.carried.moved)

    @cached_property
    def lost(self) -> list[ToldElement]:
        """Return what finds no place, with the reason."""
        return _told(self.carried.lost)

    @cached_property
    def reach(self) -> list[ToldReach]:
        """Return the sections that moved out of, or into, what an element above them covers."""
        return [
            ToldReach(change.section.titles, _told(change.left), _told(change.entered))
            for change in self.carried.reach
        ]

    @cached_property
    def new_faults(self) -> list[str]:
        """Return what would keep the order from being published, and does not yet."""
        known = set(_faults(self.before)) if self.faults else set()
        return [fault for fault in self.faults if fault not in known]

    def lost_documents(self) -> list[Document]:
        """Return what is lost, as the version keeps it."""
        return [element.as_document() for element in self.carried.lost]


def review_of(held: StoredOrder, sections: Sequence[DraftSection]) -> Review:
    """Return what an order would become with these sections; nothing is written.

    Raises:
        OrderFileError: the order cannot have such sections.
    """
    edit = edit_sections(held.document, sections)
    return Review(held.document, edit.document, edit.carried, _faults(edit.document))


def _told(elements: Iterable[CarriedElement]) -> list[ToldElement]:
    return [told(element.as_document()) for element in elements]


def _faults(document: Document) -> list[str]:
    findings = check_order(read_order(encoded(document), f"{document['id']}.json"))
    return [finding.sentence for finding in findings if finding.level.blocks and finding.section_id]
