"""Dates that cannot be true are unknown: extractions fill gaps with days such as 1814-11-23."""

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from etl.distinct import Column, replaced

FIRST_YEAR = 1850
YEARS_AHEAD = 5


def plausible_dates(column: Column, today: date) -> tuple[Column, int]:
    """Return the column without the dates before 1850 or later than today + 5 years, and how many went.

    Every value must be a day written yyyy-mm-dd.
    """
    first = f"{FIRST_YEAR}-01-01"
    # As text: 29 February plus five years is no day, and ISO dates sort as texts.
    last = f"{today.year + YEARS_AHEAD:04d}{today.isoformat()[4:]}"
    texts = column.dictionary
    in_range = pc.and_(pc.greater_equal(texts, pa.scalar(first)), pc.less_equal(texts, pa.scalar(last)))
    kept = replaced(column, pc.if_else(in_range, texts, pa.scalar(None, pa.string())))
    return kept, kept.null_count - column.null_count
