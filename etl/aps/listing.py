"""What the source lists: the files that `etl.georisques` published."""

from etl.contracts import read_documents
from etl.errors import RefusedError
from etl.georisques.documents import orders_of, values_of
from etl.storage import AnyPath, finish_pending, read_bytes

DOCUMENTS_KEY = "documents_all.csv"


def listed_orders(misc: AnyPath) -> dict[str, str]:
    """Return every order of published installations with its date in ISO, empty where it has none.

    Raises:
        RefusedError: the file is not there or damaged: the source has to be fetched first.
        SettingsError, TransientError: the bucket cannot be read.
    """
    finish_pending(misc)
    content = read_bytes(misc, DOCUMENTS_KEY)
    if content is None:
        raise RefusedError(f"There is no {DOCUMENTS_KEY} in {misc}: the source has not been fetched yet.")
    orders = orders_of(read_documents(content, DOCUMENTS_KEY))
    days = (day or "" for day in values_of(orders, "date"))
    return dict(zip(values_of(orders, "georisques_id"), days, strict=True))
