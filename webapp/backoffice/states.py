"""The states of an order, and from which to which one may go."""

from dataclasses import replace

from etl.am_documents import DELETED, IN_CREATION, IN_FORCE, REPEALED, Document, Metadata, encoded
from regulation.consistency import check_order
from regulation.order_file import is_cid, read_order

SHORTEST_REASON = 10
LONGEST_REASON = 1_000

# What is offered from a state: the state it leads to, and the words of the button.
TRANSITIONS = {
    IN_CREATION: ((IN_FORCE, "Mettre en vigueur"), (DELETED, "Supprimer")),
    IN_FORCE: ((REPEALED, "Abroger"), (DELETED, "Supprimer")),
    REPEALED: ((DELETED, "Supprimer"),),
    DELETED: ((IN_CREATION, "Reprendre la création"),),
}


class TransitionRefusedError(Exception):
    """An order may not go into that state; the text is a French sentence."""


def moved(document: Document, metadata: Metadata, to: str, reason: str) -> Metadata:
    """Return the metadata of an order in another state.

    Raises:
        TransitionRefusedError: one does not go there from its state, a deletion has no reason, or an order
            that cannot be published would come into force.
    """
    if to not in {state for state, _ in TRANSITIONS[metadata.state]}:
        raise TransitionRefusedError(
            "Ce changement d’état n’est pas possible depuis l’état actuel de l’arrêté."
        )
    reason = " ".join(reason.replace("\0", " ").split())
    if to == DELETED and not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise TransitionRefusedError(
            f"Dites pourquoi l’arrêté est supprimé, en {SHORTEST_REASON} caractères au moins et "
            f"{LONGEST_REASON} au plus."
        )
    if to == IN_FORCE:
        refuse_unpublishable(document)
    return replace(metadata, state=to, reason_deleted=reason if to == DELETED else None)


def refuse_unpublishable(document: Document) -> None:
    """Refuse what cannot be in force: one order with an error would keep all others from being published.

    Raises:
        TransitionRefusedError: the order has an error, or a contradiction.
    """
    cid = document["id"]
    findings = check_order(read_order(encoded(document), cid))
    blocking = [
        finding for finding in findings if finding.level.blocks and (finding.section_id or is_cid(cid))
    ]
    if blocking:
        told = " ; ".join(str(finding) for finding in blocking[:5])
        raise TransitionRefusedError(f"Cet arrêté ne peut pas être publié en l’état. {told}")
