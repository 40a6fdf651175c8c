"""Two versions of an order side by side: all that changed from the one to the other."""

from dataclasses import dataclass

from webapp.backoffice.history.element_changes import ElementChange, element_changes
from webapp.backoffice.history.metadata_changes import FieldChange, metadata_changes
from webapp.backoffice.store import StoredOrder
from webapp.backoffice.text_changes import SectionChange, changes_between


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed in the fields, in what stands on sections, and in the text."""

    fields: list[FieldChange]
    elements: list[ElementChange]
    sections: list[SectionChange]

    @property
    def is_empty(self) -> bool:
        """Tell whether both versions say the same."""
        return not (self.fields or self.elements or self.sections)


def compare(before: StoredOrder, after: StoredOrder) -> Comparison:
    """Return what changed from one version to another of the same order, whichever is the newer."""
    return Comparison(
        metadata_changes(before, after),
        element_changes(before.document, after.document),
        changes_between(before.document, after.document),
    )
