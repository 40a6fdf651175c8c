"""The prefectoral orders of an installation as its page lists them."""

from dataclasses import dataclass

from webapp.aps.addresses import anchor_of, source_url
from webapp.aps.queries import orders_of
from webapp.aps.wording import failure_in_words, is_unsure, title_of
from webapp.models import PrefectoralOrder


@dataclass(frozen=True, slots=True)
class ApLine:
    """One order in a list: what it is called, what became of its document, whether it is chosen."""

    order: PrefectoralOrder
    is_chosen: bool

    @property
    def anchor(self) -> str:
        """Return a name for the line that no other has."""
        return anchor_of(self.order.georisques_id)

    @property
    def title(self) -> str:
        """Return what the order is called."""
        return title_of(self.order)

    @property
    def is_readable(self) -> bool:
        """Tell whether there is a document with its text."""
        return self.order.ocr_status == "SUCCESS"

    @property
    def is_unsure(self) -> bool:
        """Tell whether the text was read with little confidence."""
        return is_unsure(self.order)

    @property
    def failure(self) -> str | None:
        """Return why there is no text, None where there is one or nobody looked yet."""
        return failure_in_words(self.order) if self.order.ocr_status == "ERROR" else None

    @property
    def source_url(self) -> str | None:
        """Return the address of the document at its source."""
        return source_url(self.order.georisques_id)


def list_aps(s3ic_id: str, ap_ids: tuple[str, ...] | None) -> list[ApLine]:
    """Return the published orders of an installation, newest first; `ap_ids` are those chosen, None: all."""
    return [
        ApLine(order, is_chosen=ap_ids is None or order.georisques_id in ap_ids)
        for order in orders_of(s3ic_id)
    ]
