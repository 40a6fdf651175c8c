"""What each dataset file promises: its columns, the form of their values, and the confidentiality of 47xx.

Step 1 checks what it is about to publish, step 4 checks again what it read: a file that breaks its contract
is refused whole. Sentences name file, row and column and never quote a value, which could be a hidden one.
"""

import io
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from etl.distinct import ENCODED_TEXT, Column, Mask, column_of, is_among, matches, ranks_of, spread
from etl.errors import RefusedError

S3IC_ID = r"^\d{4}\.\d{5}$"
NUMBER = r"^-?\d+(\.\d+)?$"
# Written `199821.0` by the original pipeline: a file that it left can still be loaded.
COUNT = r"^\d+(\.0)?$"
# A letter, a hexadecimal digit, 32 of them: the one in the middle is also the last.
_IDS_BY_DIGIT = "|".join(f"{digit}/[0-9a-f]{{31}}{digit}" for digit in "0123456789abcdef")
GEORISQUES_ID = f"^[A-Z]/({_IDS_BY_DIGIT})$"
DOCUMENT_SUFFIX = ".pdf"
DOCUMENT_URL = f"^[A-Z]/({_IDS_BY_DIGIT})\\{DOCUMENT_SUFFIX}$"
# Old nomenclature had bis and ter rubriques; a leading zero could hide that a rubrique begins with 47.
RUBRIQUE = r"^([1-9]\d{0,3}( ?(bis|ter|quater))?|47xx)$"
# Every day of every year but 29 February and those of the year 0000, which are looked at one by one.
COMMON_DAY = (
    r"^([1-9]\d{3}|0[1-9]\d\d|00[1-9]\d|000[1-9])-"
    r"((0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)$"
)
PUBLISHED_REGIMES = frozenset({"A", "E"})
SIMPLE_REGIMES = frozenset({"A", "E", "D", "NC", "unknown"})
SEVESO = frozenset({"SH", "SB", "NS"})
FAMILIES = frozenset({"Industries", "Carrières", "Volailles", "Bovins", "Porcs"})
PUBLISHED_STATES = frozenset({"En fonctionnement", "En construction"})
CLASSEMENT_STATE = "En fonctionnement"
OCR_SUCCESS = "SUCCESS"
OCR_STATUSES = frozenset({OCR_SUCCESS, "ERROR", "NOT_ATTEMPTED"})

HIDDEN_PREFIX = "47"
HIDDEN_RUBRIQUE = "47xx"
HIDDEN_REGIME = "NC"
RUBRIQUE_COLUMNS = ("rubrique", "rubrique_acte")
REGIME_COLUMNS = ("regime", "regime_acte")
SHOWN_OF_HIDDEN = ("s3ic_id", "state")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a column may hold: a regular expression or a list (none: any text), or dates; empty or not."""

    name: str
    pattern: str | None = None
    values: Collection[str] | None = None
    is_date: bool = False
    is_required: bool = False

    def breaks(self, column: Column) -> Mask:
        """Return the lines that break the rule."""
        empty = not self.is_required
        if self.values is not None:
            return ~is_among(column, self.values, of_empty=empty)
        if self.is_date:
            return ~holds_dates(column)
        return ~matches(column, self.pattern or "", of_empty=empty)


INSTALLATION_RULES = (
    Rule("s3ic_id", S3IC_ID, is_required=True),
    Rule("num_dep"),
    Rule("region"),
    Rule("department"),
    Rule("city"),
    Rule("name"),
    Rule("lat", NUMBER),
    Rule("lon", NUMBER),
    Rule("last_inspection", is_date=True),
    Rule("regime", values=PUBLISHED_REGIMES, is_required=True),
    Rule("seveso", values=SEVESO),
    Rule("family", values=FAMILIES),
    Rule("active", values=PUBLISHED_STATES, is_required=True),
    Rule("code_postal"),
    Rule("code_insee"),
    Rule("code_naf"),
)

CLASSEMENT_RULES = (
    Rule("s3ic_id", S3IC_ID, is_required=True),
    Rule("rubrique", RUBRIQUE, is_required=True),
    Rule("alinea"),
    Rule("regime", values=SIMPLE_REGIMES, is_required=True),
    Rule("activite"),
    Rule("date_autorisation", is_date=True),
    Rule("date_mise_en_service", is_date=True),
    Rule("last_substantial_modif_date", is_date=True),
    Rule("state", values={CLASSEMENT_STATE}, is_required=True),
    Rule("rubrique_acte", RUBRIQUE),
    Rule("alinea_acte"),
    Rule("regime_acte", values=SIMPLE_REGIMES),
    Rule("volume", NUMBER),
    Rule("unit"),
)

DOCUMENT_RULES = (
    Rule("s3ic_id", S3IC_ID, is_required=True),
    Rule("type", is_required=True),
    Rule("description"),
    Rule("date", is_date=True),
    Rule("url", DOCUMENT_URL, is_required=True),
)

AP_RULES = (
    Rule("installation_s3ic_id", S3IC_ID, is_required=True),
    Rule("description"),
    Rule("date", is_date=True),
    Rule("georisques_id", GEORISQUES_ID, is_required=True),
    Rule("ocr_status", values=OCR_STATUSES, is_required=True),
    Rule("size", COUNT),
)

INSTALLATION_COLUMNS = tuple(rule.name for rule in INSTALLATION_RULES)
CLASSEMENT_COLUMNS = tuple(rule.name for rule in CLASSEMENT_RULES)
DOCUMENT_COLUMNS = tuple(rule.name for rule in DOCUMENT_RULES)
AP_COLUMNS = tuple(rule.name for rule in AP_RULES)


def read_installations(data: bytes, name: str) -> pa.Table:
    """Return the installations of a dataset file, checked: dictionary-encoded text, null where empty.

    Raises:
        RefusedError: the file breaks its contract; `name` is what the sentence calls it.
    """
    table = _read(data, name, INSTALLATION_COLUMNS)
    check_installations(table, name)
    return table


def read_classements(data: bytes, name: str) -> pa.Table:
    """Return the classement lines of a dataset file, checked: dictionary-encoded text, null where empty.

    Raises:
        RefusedError: the file breaks its contract; `name` is what the sentence calls it.
    """
    table = _read(data, name, CLASSEMENT_COLUMNS)
    check_classements(table, name)
    return table


def read_documents(data: bytes, name: str) -> pa.Table:
    """Return the documents of a dataset file, checked: dictionary-encoded text, null where empty.

    Raises:
        RefusedError: the file breaks its contract; `name` is what the sentence calls it.
    """
    table = _read(data, name, DOCUMENT_COLUMNS)
    check_documents(table, name)
    return table


def read_aps(data: bytes, name: str) -> pa.Table:
    """Return the prefectoral orders of a dataset file, checked: dictionary-encoded text, null where empty.

    Raises:
        RefusedError: the file breaks its contract; `name` is what the sentence calls it.
    """
    table = _read(data, name, AP_COLUMNS)
    check_aps(table, name)
    return table


def check_installations(table: pa.Table, name: str) -> None:
    """Check a table of installations with dictionary-encoded columns.

    Raises:
        RefusedError: a value breaks its rule, or the ids are not unique and in order.
    """
    _check_rules(table, INSTALLATION_RULES, name)
    ids = ranks_of(column_of(table, "s3ic_id"))
    _refuse_first(np.append(False, ids[1:] <= ids[:-1]), name, "s3ic_id", "repeats or is out of order")


def check_classements(table: pa.Table, name: str) -> None:
    """Check a table of classement lines with dictionary-encoded columns.

    Raises:
        RefusedError: a value breaks its rule, ids are not in order, or a line shows more of a rubrique
            beginning with 47 than its site and its state.
    """
    _check_rules(table, CLASSEMENT_RULES, name)
    ids = ranks_of(column_of(table, "s3ic_id"))
    _refuse_first(np.append(False, ids[1:] < ids[:-1]), name, "s3ic_id", "is out of order")
    _check_confidentiality(table, name)


def check_documents(table: pa.Table, name: str) -> None:
    """Check a table of documents with dictionary-encoded columns.

    Raises:
        RefusedError: a value breaks its rule, sites are not in order, or a document comes twice.
    """
    _check_rules(table, DOCUMENT_RULES, name, may_be_empty=True)
    _check_keys(table, "s3ic_id", "url", name)


def check_aps(table: pa.Table, name: str) -> None:
    """Check a table of prefectoral orders with dictionary-encoded columns.

    Raises:
        RefusedError: a value breaks its rule, sites are not in order, an order comes twice, or has a size
            without having been read, or none although it was.
    """
    _check_rules(table, AP_RULES, name, may_be_empty=True)
    _check_keys(table, "installation_s3ic_id", "georisques_id", name)
    is_read = is_among(column_of(table, "ocr_status"), {OCR_SUCCESS}, of_empty=False)
    has_size = column_of(table, "size").is_valid().to_numpy(zero_copy_only=False)
    _refuse_first(
        is_read != has_size, name, "size", "must be given for orders that were read, and only there"
    )


def holds_dates(column: Column) -> Mask:
    """Tell for each line whether it is empty or a day of the calendar written yyyy-mm-dd."""
    found = pc.match_substring_regex(column.dictionary, COMMON_DAY).to_numpy(zero_copy_only=False).copy()
    for place in np.flatnonzero(~found).tolist():
        found[place] = is_date(str(column.dictionary[place]))
    return spread(column, found, of_empty=True)


def is_date(text: str) -> bool:
    """Tell whether a text is a day of the calendar written yyyy-mm-dd."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_hidden(table: pa.Table) -> Mask:
    """Tell which lines are under a rubrique beginning with 47, in force or of the act."""
    in_force, of_act = (
        matches(column_of(table, name), f"^{HIDDEN_PREFIX}", of_empty=False) for name in RUBRIQUE_COLUMNS
    )
    return in_force | of_act


def _check_rules(table: pa.Table, rules: Collection[Rule], name: str, *, may_be_empty: bool = False) -> None:
    if table.num_rows == 0 and not may_be_empty:
        raise RefusedError(f"{name} holds no line. Give a file with its data.")
    for rule in rules:
        lines = rule.breaks(column_of(table, rule.name))
        _refuse_first(lines, name, rule.name, "does not hold what it should (see docs/data.md)")


def _check_confidentiality(table: pa.Table, name: str) -> None:
    hidden = is_hidden(table)
    for column_name in set(CLASSEMENT_COLUMNS).difference(SHOWN_OF_HIDDEN):
        column = column_of(table, column_name)
        if column_name in RUBRIQUE_COLUMNS:
            shows = ~is_among(column, {HIDDEN_RUBRIQUE}, of_empty=False)
        elif column_name in REGIME_COLUMNS:
            shows = ~is_among(column, {HIDDEN_REGIME}, of_empty=False)
        else:
            shows = column.is_valid().to_numpy(zero_copy_only=False)
        _refuse_first(hidden & shows, name, column_name, "shows what a rubrique beginning with 47 must hide")


def _check_keys(table: pa.Table, site: str, key: str, name: str) -> None:
    sites, keys = ranks_of(column_of(table, site)), ranks_of(column_of(table, key))
    _refuse_first(np.append(False, sites[1:] < sites[:-1]), name, site, "is out of order")
    is_first = np.zeros(len(keys), np.bool_)
    is_first[np.unique(keys, return_index=True)[1]] = True
    _refuse_first(~is_first, name, key, "repeats")


def _refuse_first(lines: Mask, name: str, column: str, trouble: str) -> None:
    if lines.any():
        row = int(np.argmax(lines)) + 1
        raise RefusedError(f"{name}, row {row} (header not counted): column {column} {trouble}.")


def _read(data: bytes, name: str, columns: tuple[str, ...]) -> pa.Table:
    header = io.BytesIO(data).readline().decode("utf-8", errors="replace")
    if header.rstrip("\n") != ",".join(columns):
        raise RefusedError(
            f"{name} does not begin with the columns {', '.join(columns)}. Run the transform again."
        )
    if not data.endswith(b"\n"):
        raise RefusedError(f"{name} does not end with a line end: it may be cut. Run the transform again.")
    try:
        return (
            csv.read_csv(
                io.BytesIO(data),
                read_options=csv.ReadOptions(use_threads=False, block_size=1 << 22),
                parse_options=csv.ParseOptions(newlines_in_values=b'"' in data, ignore_empty_lines=False),
                convert_options=csv.ConvertOptions(
                    column_types=dict.fromkeys(columns, ENCODED_TEXT),
                    strings_can_be_null=True,
                    null_values=[""],
                ),
            )
            .unify_dictionaries()
            .combine_chunks()
        )
    except pa.ArrowInvalid as error:
        raise RefusedError(
            f"{name} cannot be read as a table: {_reason_of(error)}. Run the transform again."
        ) from None


def _reason_of(error: pa.ArrowInvalid) -> str:
    """Return Arrow's sentence without the line it quotes."""
    return str(error).partition(": ")[0].partition("\n")[0]
