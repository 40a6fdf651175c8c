"""The installations to publish, from the lines of establishments (docs/data.md, Installations)."""

from datetime import date

import numpy as np
import pyarrow as pa

from etl.contracts import INSTALLATION_COLUMNS, PUBLISHED_STATES
from etl.distinct import codes_of, column_of, is_among, mapped, ranks_of
from etl.s3ic.dates import plausible_dates
from etl.s3ic.sources import ESTABLISHMENTS, FAMILIES, SEVESO

PUBLISHED_REGIMES = {"A": "A", "E": "E", "S": "A", "2": "A"}
LONG_DEPARTMENTS = ("97", "98")


def published_installations(
    establishments: pa.Table, today: date
) -> tuple[pa.Table, dict[str, int], dict[str, int]]:
    """Return the installations sorted by id, the lines left out by reason, and the dates emptied by column.

    Columns are those of the dataset, dictionary-encoded text, null where empty.
    """
    renamed = establishments.select(list(ESTABLISHMENTS.outputs)).rename_columns(
        list(ESTABLISHMENTS.outputs.values())
    )
    sites = last_values(renamed, "s3ic_id")
    has_regime = is_among(column_of(sites, "regime"), PUBLISHED_REGIMES, of_empty=False)
    has_state = is_among(column_of(sites, "active"), PUBLISHED_STATES, of_empty=False)
    left_out = {
        "another line of the same site": renamed.num_rows - sites.num_rows,
        "regime not published": int(np.count_nonzero(~has_regime)),
        "state not published": int(np.count_nonzero(has_regime & ~has_state)),
    }
    sites = sites.filter(pa.array(has_regime & has_state))
    sites = sites.take(np.argsort(ranks_of(column_of(sites, "s3ic_id"))))
    inspections, emptied = plausible_dates(column_of(sites, "last_inspection"), today)
    columns = {name: column_of(sites, name) for name in sites.column_names}
    columns |= {
        "num_dep": mapped(columns["code_postal"], department_number),
        "last_inspection": inspections,
        "regime": mapped(columns["regime"], PUBLISHED_REGIMES.get),
        "seveso": mapped(columns["seveso"], SEVESO.get),
        "family": mapped(columns["family"], FAMILIES.get),
    }
    return pa.table(columns).select(list(INSTALLATION_COLUMNS)), left_out, {"last_inspection": emptied}


def department_number(code_postal: str) -> str:
    """Return the department of a postcode: two characters, three overseas."""
    return code_postal[:3] if code_postal.startswith(LONG_DEPARTMENTS) else code_postal[:2]


def last_values(table: pa.Table, key: str) -> pa.Table:
    """Return one row per key with the last non-empty value of each column, in the order of the table."""
    codes = codes_of(column_of(table, key))
    order = np.argsort(codes, kind="stable")
    is_last = np.append(np.diff(codes[order]) != 0, [True] * bool(len(codes)))
    ends = np.flatnonzero(is_last)
    starts = np.append(0, ends[:-1] + 1)[: len(ends)]
    columns = {}
    for name in table.column_names:
        column = column_of(table, name)
        is_valid = column.is_valid().to_numpy(zero_copy_only=False)[order]
        latest = np.maximum.accumulate(np.where(is_valid, np.arange(len(order)), -1))[ends]
        rows = pa.array(order[latest], pa.int64(), mask=latest < starts)
        columns[name] = column.take(rows)
    return pa.table(columns)
