"""Dates that cannot be true are unknown: extractions fill gaps with days such as 1814-11-23."""

from datetime import date

import numpy as np

from etl.distinct import Column, mapped

FIRST_YEAR = 1850
YEARS_AHEAD = 5


def plausible_dates(column: Column, today: date) -> tuple[Column, int]:
    """Return the column without the dates before 1850 or later than today + 5 years, and how many went.

    Every value must be a day written yyyy-mm-dd.
    """
    first = f"{FIRST_YEAR}-01-01"
    # As text: 29 February plus five years is no day, and ISO dates sort as texts.
    last = f"{today.year + YEARS_AHEAD:04d}{today.isoformat()[4:]}"
    kept = mapped(column, lambda text: text if first <= text <= last else None)
    return kept, int(np.int64(kept.null_count - column.null_count))
