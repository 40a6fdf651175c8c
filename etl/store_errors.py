"""What folders and object stores answer, told in the errors of the steps.

The clients of S3 raise errors of four libraries; they are told apart by name, so that work on folders imports
none of them.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from etl.errors import SettingsError, StepError, TransientError

# Wrong whatever the number of tries: no keys at all, half of them, a name or an address that cannot be used.
LASTING_ERRORS = {"NoCredentialsError", "PartialCredentialsError", "ParamValidationError"}
CLIENT_LIBRARIES = ("botocore.", "aiobotocore.", "aiohttp.")
BUSY = {errno.EIO, errno.EREMOTEIO, errno.EBUSY, errno.ETIMEDOUT}


@contextmanager
def explained_folder(path: Path) -> Iterator[None]:
    """Name the folder or file that this account may not touch.

    Raises:
        SettingsError: it may not be read or written.
    """
    try:
        yield
    except PermissionError as error:
        place = error.filename or path
        raise SettingsError(
            f"{place} may not be read or written by this account: correct its rights."
        ) from error


@contextmanager
def explained_object_store(place: str) -> Iterator[None]:
    """Tell a wrong setting from a store that does not answer; a missing object stays FileNotFoundError.

    Raises:
        SettingsError: the keys are refused, or the bucket or address cannot be used.
        TransientError: the store is busy, out of reach or silent.
    """
    try:
        yield
    except Exception as error:
        explanation = explain(error, place)
        if explanation is None:
            raise
        raise explanation from error


def is_missing_bucket(error: FileNotFoundError) -> bool:
    """Tell a bucket that does not exist from an object that does not."""
    return "bucket does not exist" in str(error)


def explain(error: Exception, place: str) -> StepError | None:
    """Return the error of the steps for one of the object store's clients, None where it is not theirs."""
    if isinstance(error, PermissionError):
        return SettingsError(
            f"The object store refuses the keys for {place} ({error}): check S3_ACCESS_KEY_ID and "
            "S3_SECRET_ACCESS_KEY (in Airflow, the connection aws_default) and the rights on the bucket."
        )
    if isinstance(error, FileNotFoundError):
        if not is_missing_bucket(error):
            return None
        return SettingsError(
            f"The bucket of {place} does not exist: make it, or correct its *_BUCKET variable."
        )
    if _is_lasting(error):
        return SettingsError(
            f"The object store cannot be used for {place}: {error}. Check the S3_* variables."
        )
    if _is_passing(error):
        return TransientError(
            f"The object store does not answer for {place}: {error}. Check S3_ENDPOINT_URL."
        )
    return None


def _is_lasting(error: Exception) -> bool:
    names = {base.__name__ for base in type(error).__mro__}
    return bool(names & LASTING_ERRORS) or (isinstance(error, ValueError) and "endpoint" in str(error))


def _is_passing(error: Exception) -> bool:
    # Some errors of the clients are OSErrors as well, without a number.
    if f"{type(error).__module__}.".startswith(CLIENT_LIBRARIES) or isinstance(error, TimeoutError):
        return True
    return isinstance(error, OSError) and error.errno in BUSY
