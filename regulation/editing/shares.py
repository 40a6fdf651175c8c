"""Where an inapplicability goes when its section and its alineas go different ways."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulation.editing.nodes import NO_PARENT

if TYPE_CHECKING:
    from regulation.editing.alignment import Pairs
    from regulation.editing.alinea_alignment import Place, Places
    from regulation.editing.drafts import Document

GONE_SECTION = "la section n'existe plus dans le nouveau texte"
GONE_ALINEA = "le texte visé n'existe plus dans la section"
MERGED = "le texte visé est fusionné avec un alinéa qui ne l'était pas"
NEVER_THERE = "l'alinéa visé n'existait déjà pas"


@dataclass(frozen=True, slots=True)
class Share:
    """What a new section receives of an inapplicability."""

    section: int
    raw: Document


@dataclass(frozen=True, slots=True)
class Loss:
    """What finds no home: own alineas by index, none for the section as a whole."""

    alineas: tuple[int, ...]
    reason: str


class Sharing:
    """Gives the shares and losses of inapplicabilities under an alignment."""

    def __init__(self, pairs: Pairs, places: Places) -> None:
        self._pairs = pairs
        self._places = places
        self._sources: dict[Place, set[Place]] = defaultdict(set)
        for source, targets in places.items():
            for target in targets:
                self._sources[target].add(source)

    def share(self, old: int, raw: Document) -> tuple[list[Share], list[Loss]]:
        """The shares and losses of an inapplicability of an old section."""
        if raw.get("alineas"):
            return self._share_alineas(old, raw)
        return self._share_whole(old, raw)

    def _share_whole(self, old: int, raw: Document) -> tuple[list[Share], list[Loss]]:
        home = self._pairs.new_of.get(old)
        node = self._pairs.old[old]
        groups, lost = self._targets(old, list(range(len(node.alineas))))
        elsewhere = {section: alineas for section, alineas in groups.items() if section != home}
        shares = self._shares(elsewhere, home, raw)
        if home is not None:
            return [Share(home, raw), *shares], []
        reaches_below = bool(node.children) and raw["subsections_are_inapplicable"]
        if lost or reaches_below or not shares:
            return shares, [Loss((), GONE_SECTION)]
        return shares, []

    def _share_alineas(self, old: int, raw: Document) -> tuple[list[Share], list[Loss]]:
        home = self._pairs.new_of.get(old)
        count = len(self._pairs.old[old].alineas)
        beyond = [index for index in raw["alineas"] if not 0 <= index < count]
        groups, losses = self._targets(old, [index for index in raw["alineas"] if 0 <= index < count])
        if beyond and home is not None and len(self._pairs.new[home].alineas) == count:
            groups.setdefault(home, []).extend(beyond)
        elif beyond:
            losses.append(Loss(tuple(beyond), NEVER_THERE))
        shares = self._shares(groups, home, raw)
        reaches_below = raw["subsections_are_inapplicable"] and bool(self._pairs.old[old].children)
        if reaches_below and home not in groups and not losses:
            losses.append(Loss((), GONE_ALINEA if home is not None else GONE_SECTION))
        return shares, losses

    def _targets(self, old: int, indices: list[int]) -> tuple[dict[int, list[int]], list[Loss]]:
        """The new alineas by section of old ones, and those that have none."""
        wanted = {(old, index) for index in indices}
        groups: dict[int, list[int]] = defaultdict(list)
        lost: dict[str, list[int]] = defaultdict(list)
        for index in indices:
            targets = self._places.get((old, index), ())
            if not targets:
                lost[GONE_ALINEA if old in self._pairs.new_of else GONE_SECTION].append(index)
            elif any(not self._sources[target] <= wanted for target in targets):
                lost[MERGED].append(index)
            else:
                for section, target in targets:
                    if target not in groups[section]:
                        groups[section].append(target)
        return dict(groups), [Loss(tuple(alineas), reason) for reason, alineas in lost.items()]

    def _shares(self, groups: dict[int, list[int]], home: int | None, raw: Document) -> list[Share]:
        reaches_below = bool(raw["subsections_are_inapplicable"])
        shares: list[Share] = []
        for section, alineas in groups.items():
            if section == home:
                shares.append(Share(section, _with(raw, alineas=alineas)))
            elif not (reaches_below and home is not None and is_below(self._pairs, section, home)):
                shares.append(Share(section, _with(raw, alineas=alineas, subsections_are_inapplicable=False)))
        return shares


def is_below(pairs: Pairs, section: int, above: int) -> bool:
    """Whether a new section stands under another."""
    while section != NO_PARENT:
        section = pairs.new[section].parent
        if section == above:
            return True
    return False


def _with(raw: Document, **values: Any) -> Document:
    """The same object where nothing changes."""
    return raw if all(raw[key] == value for key, value in values.items()) else {**raw, **values}
