"""The files of orders that were deleted for good: they leave the bucket after their rows left the table."""

from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.aps.statuses import pdf_key, status_key
from etl.database import read_statement
from etl.storage import AnyPath, remove_file
from etl.sync.aps import LOCK
from etl.sync.transaction import Progress, sync_transaction

AT_ONCE = 100  # orders: between two batches another sync may have its turn


def delete_withdrawn_files(connection: Connection, bucket: AnyPath, progress: Progress | None = None) -> int:
    """Delete the files of every order on the list `ap_files_to_delete`, and return how many orders that was.

    The row leaves the list after the files have left the bucket: a run that is killed is finished by the
    next one. Of a document the status goes first: without it the PDF counts for nothing, and an order that
    the source lists again is read as a new one.

    Args:
        connection: in the role of the steps; it is committed after each hundred orders.
        bucket: where the site's documents lie.
        progress: is told what begins.

    Raises:
        SettingsError, TransientError: the bucket cannot be written, or a sync has been running for too long.
    """
    if progress:
        progress("Deleting the files of orders withdrawn long ago")
    deleted = 0
    while batch := _delete_batch(connection, bucket):
        deleted += batch
    return deleted


def _delete_batch(connection: Connection, bucket: AnyPath) -> int:
    with sync_transaction(connection, turn=LOCK) as cursor:
        cursor.execute(read_statement("sync/aps/next_files_to_delete.sql"), {"limit": AT_ONCE})
        ids = [row[0] for row in cursor.fetchall()]
        for georisques_id in ids:
            remove_file(bucket, status_key(georisques_id))
            remove_file(bucket, pdf_key(georisques_id))
        if ids:
            cursor.execute(read_statement("sync/aps/files_deleted.sql"), {"ids": ids})
            connection.commit()
    return len(ids)
