"""Orders in the back-office as tests look at them: what is stored, and the way back to the first version."""

import json

from etl.am_documents import unpack
from etl.database import Role, connect
from etl.settings import Settings
from tests.ams import WAREHOUSES, Document

FORGET = (
    "DELETE FROM backoffice.order_versions WHERE cid = %s AND number > 1",
    "DELETE FROM backoffice.events WHERE cid = %s",
    "UPDATE backoffice.orders SET version = 1 WHERE cid = %s",
)
CURRENT = (
    "SELECT document FROM backoffice.order_versions JOIN backoffice.orders USING (cid) "
    "WHERE cid = %s AND number = version"
)


def stored_document(settings: Settings, cid: str = WAREHOUSES) -> Document:
    """The file of an order's current version."""
    with connect(settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(CURRENT, (cid,))
        row = cursor.fetchone()
    assert row
    document: Document = json.loads(unpack(bytes(row[0])))
    return document


def forget_versions(settings: Settings, cid: str = WAREHOUSES) -> None:
    """Make the first version of an order its current one again, as if nobody had edited it."""
    with connect(settings, Role.OWNER) as connection, connection.cursor() as cursor:
        for statement in FORGET:
            cursor.execute(statement, (cid,))
