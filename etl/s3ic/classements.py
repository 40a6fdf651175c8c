"""The classement lines to publish (docs/data.md, Classements), and what they must not show."""

import re
from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.contracts import (
    CLASSEMENT_COLUMNS,
    CLASSEMENT_STATE,
    HIDDEN_REGIME,
    HIDDEN_RUBRIQUE,
    REGIME_COLUMNS,
    RUBRIQUE_COLUMNS,
    SHOWN_OF_HIDDEN,
    is_hidden,
)
from etl.distinct import (
    Column,
    Mask,
    Numbers,
    codes_of,
    column_of,
    emptied,
    is_among,
    mapped,
    matches,
    packed,
    ranks_of,
    replaced,
    texts_of,
)
from etl.errors import SettingsError
from etl.s3ic.dates import plausible_dates
from etl.s3ic.sources import CLASSEMENTS

DATE_COLUMNS = ("date_autorisation", "date_mise_en_service", "last_substantial_modif_date")
SORTED_BY = ("s3ic_id", "date_autorisation", "date_mise_en_service", "regime", "rubrique", "alinea")
SIMPLE_REGIMES = {"A": "A", "E": "E", "D": "D", "DC": "D", "NC": "NC"}
UNKNOWN_REGIME = "unknown"


def published_classements(
    classements: pa.Table, installations: pa.Table, today: date, hidden_volumes: Sequence[str] = ()
) -> tuple[pa.Table, dict[str, int], dict[str, int]]:
    """Return the lines of published sites in order, the lines left out by reason, and the dates emptied.

    Columns are those of the dataset, dictionary-encoded text, null where empty. Lines under a rubrique that
    begins with 47 show site and state only; those of `hidden_volumes` (see `hidden_rubriques`) no volume.
    """
    lines, left_out = _lines_of(classements, installations)
    hidden = is_hidden(lines)
    columns = {name: column_of(lines, name) for name in CLASSEMENT_COLUMNS}
    dates_emptied = {}
    for name in CLASSEMENT_COLUMNS:
        if name in RUBRIQUE_COLUMNS:
            columns[name] = emptied(columns[name], hidden, HIDDEN_RUBRIQUE)
        elif name in REGIME_COLUMNS:
            columns[name] = emptied(simple_regimes(columns[name]), hidden, HIDDEN_REGIME)
        elif name not in SHOWN_OF_HIDDEN:
            columns[name] = emptied(columns[name], hidden)
        if name in DATE_COLUMNS:
            columns[name], dates_emptied[name] = plausible_dates(columns[name], today)
    columns["regime"] = replaced(columns["regime"], columns["regime"].dictionary, of_empty=UNKNOWN_REGIME)
    if hidden_volumes:
        quiet = _is_under(columns, hidden_volumes)
        columns |= {name: emptied(columns[name], quiet) for name in ("volume", "unit")}
    table = pa.table(columns)
    return table.take(_order_of(table)), left_out, dates_emptied


def hidden_rubriques(setting: str) -> tuple[str, ...]:
    """Return the rubriques of HIDDEN_VOLUME_RUBRIQUES: digits, or a family such as 44xx, separated by commas.

    Raises:
        SettingsError: one of them is neither.
    """
    rubriques = tuple(part.strip() for part in setting.split(",") if part.strip())
    for rubrique in rubriques:
        if not re.fullmatch(r"[0-9]{1,4}|[0-9]{1,3}x{1,3}", rubrique):
            raise SettingsError(
                f"HIDDEN_VOLUME_RUBRIQUES names {rubrique}: give rubriques (4510) or families of them (44xx)."
            )
    return rubriques


def simple_regimes(column: Column) -> Column:
    """Return A, E, D and NC, DC as D, and every older regime as unknown."""
    return mapped(column, lambda regime: SIMPLE_REGIMES.get(regime, UNKNOWN_REGIME))


def _lines_of(classements: pa.Table, installations: pa.Table) -> tuple[pa.Table, dict[str, int]]:
    """Return the lines to publish with the dataset's column names, and the others counted by reason."""
    # Exact duplicates are those of the input: lines that masking makes equal stay.
    repeats = _repeats(classements)
    lines = classements.select(list(CLASSEMENTS.outputs)).rename_columns(list(CLASSEMENTS.outputs.values()))
    sites = texts_of(column_of(installations, "s3ic_id"))
    has_site = is_among(column_of(lines, "s3ic_id"), sites, of_empty=False)
    has_state = is_among(column_of(lines, "state"), {CLASSEMENT_STATE}, of_empty=False)
    left_out = {
        "exact duplicate": int(np.count_nonzero(repeats)),
        "site not published": int(np.count_nonzero(~repeats & ~has_site)),
        "state not published": int(np.count_nonzero(~repeats & has_site & ~has_state)),
    }
    return lines.filter(pa.array(~repeats & has_site & has_state)), left_out


def _is_under(columns: dict[str, Column], rubriques: Sequence[str]) -> Mask:
    pattern = "^(" + "|".join(rubrique.replace("x", "[0-9]") for rubrique in rubriques) + ")$"
    in_force, of_act = (matches(columns[name], pattern, of_empty=False) for name in RUBRIQUE_COLUMNS)
    return in_force | of_act


def _order_of(table: pa.Table) -> Numbers:
    """Return the rows in order: six columns first, then every other, so that two runs give the same bytes."""
    names = [*SORTED_BY, *(name for name in table.column_names if name not in SORTED_BY)]
    columns = [column_of(table, name) for name in names]
    numbers = packed(
        (ranks_of(column) for column in columns), (len(column.dictionary) + 1 for column in columns)
    )
    order = np.argsort(numbers[0], kind="stable")
    is_same = np.diff(numbers[0][order]) == 0
    places = np.flatnonzero(np.append(is_same, False) | np.append(False, is_same))
    tied = order[places]  # few rows: the others are in place already
    order[places] = tied[np.lexsort([number[tied] for number in reversed(numbers)])]
    return order


def _repeats(table: pa.Table) -> Mask:
    """Tell which rows are equal to an earlier one in every column."""
    columns = [column_of(table, name) for name in table.column_names]
    numbers = packed(
        (codes_of(column) + 1 for column in columns), (len(column.dictionary) + 1 for column in columns)
    )
    repeats = np.zeros(table.num_rows, np.bool_)
    # Few rows agree in the first number: only these are compared in full.
    candidates = pd.Series(numbers[0]).duplicated(keep=False).to_numpy()
    repeats[candidates] = pd.DataFrame(
        {place: number[candidates] for place, number in enumerate(numbers)}
    ).duplicated()
    return repeats
