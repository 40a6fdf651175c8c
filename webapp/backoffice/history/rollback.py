"""The way back to a version: a new version that says what an old one said; nothing of the history goes.

The state is not brought back: an order comes into force, or leaves it, by its own buttons alone. An order in
force does not go back to what cannot be published: it would keep all others from being published.
"""

from dataclasses import replace

from etl.am_documents import IN_FORCE, Metadata
from webapp.backoffice.states import TransitionRefusedError, refuse_unpublishable
from webapp.backoffice.store import AlreadyThereError, Edit, StoredOrder, save


class RollbackRefusedError(Exception):
    """An order may not go back to that version; the text is a French sentence."""


def restored_metadata(current: StoredOrder, wanted: StoredOrder) -> Metadata:
    """Return the metadata of a version, in the state that the order has now."""
    now = current.metadata
    return replace(wanted.metadata, state=now.state, reason_deleted=now.reason_deleted)


def restore(current: StoredOrder, wanted: StoredOrder, based_on: int, author_id: int) -> int:
    """Save what a version said as a new version and return its number; commits.

    Where nothing differs from the current version, no version is made and its number comes back.

    Raises:
        RollbackRefusedError: the NOR is another order's now, or an order in force could not be published.
        EditedMeanwhileError: the current version is not the one that the page was based on.
    """
    if current.metadata.state == IN_FORCE:
        try:
            refuse_unpublishable(wanted.document)
        except TransitionRefusedError as error:
            raise RollbackRefusedError(
                f"L’arrêté est en vigueur, et la version {wanted.version} ne peut pas l’être. {error}"
            ) from None
    edit = Edit(author_id, "rollback", f"Retour à la version {wanted.version}")
    metadata = restored_metadata(current, wanted)
    try:
        return save(current.cid, based_on, wanted.document, metadata, edit)
    except AlreadyThereError:
        raise RollbackRefusedError(
            f"Le NOR de la version {wanted.version}, {metadata.nor}, est maintenant celui d’un autre arrêté. "
            "Corrigez d’abord le NOR de cet autre arrêté, puis recommencez."
        ) from None
