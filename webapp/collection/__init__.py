"""The collection: the prescriptions that a person picked for an installation, with their text as it was."""

from webapp.collection.picks import Collection, HeldPick
from webapp.collection.queries import picked

__all__ = ["Collection", "HeldPick", "picked"]
