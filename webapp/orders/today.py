"""How the orders read today for an installation: what a pick is taken from, and compared with."""

from collections.abc import Iterable, Sequence

from etl.database import read_statement
from regulation.applicability import parameters_for
from regulation.classement import Classement
from regulation.order import Order, walk
from regulation.prescriptions import AddressableAlinea, alineas_of_sections
from regulation.topics import Topic
from webapp.models import db
from webapp.orders.library import Shelf, library
from webapp.orders.listing import engine_classements
from webapp.orders.ticks import has_content


class TodaysTexts:
    """The orders in service as they read for some classements; each is personalised once."""

    def __init__(self, classements: Sequence[Classement], shelf: Shelf) -> None:
        self._classements = classements
        self._shelf = shelf
        self._readings: dict[str, Order] = {}

    @classmethod
    def of_installation(cls, installation_id: int) -> "TodaysTexts":
        """Return the texts for an installation's lines as they are now."""
        statement, asked = read_statement("orders/classements.sql"), {"installation_id": installation_id}
        rows = db.session.connection().exec_driver_sql(statement, asked)
        return cls(engine_classements(rows), library().shelf())

    def reading(self, cid: str) -> Order | None:
        """Return an order as it reads, None where it is not in service."""
        head = self._shelf.heads.get(cid)
        if head is None:
            return None
        if cid not in self._readings:
            parameters = parameters_for(head, self._classements)
            self._readings[cid] = library().read(self._shelf, cid).personalise(parameters)
        return self._readings[cid]

    def alineas(self, cid: str, alinea_ids: Iterable[str]) -> dict[str, AddressableAlinea]:
        """Return these alineas of an order by their id, without those that the text has no more."""
        wanted = set(alinea_ids)
        order = self.reading(cid)
        if order is None or not wanted:
            return {}
        sections = {name.rpartition("_")[0] for name in wanted}
        found = alineas_of_sections(order, sections)
        return {alinea.alinea_id: alinea for alinea in found if alinea.alinea_id in wanted}

    def section(self, cid: str, section_id: str, topic: Topic | None) -> list[AddressableAlinea]:
        """Return what stands in a section and below it: with a topic, only what is about it."""
        order = self.reading(cid)
        top = next((each for each in walk(order.sections) if each.id == section_id), None) if order else None
        if order is None or top is None:
            return []
        return [
            alinea
            for alinea in alineas_of_sections(order, {each.id for each in walk([top])})
            if has_content(alinea.alinea) and (topic is None or alinea.topic is topic)
        ]
