"""Column arithmetic on distinct values: a column of 600,000 lines has a few thousand different texts.

Columns are dictionary-encoded Arrow arrays of text, null where the field is empty; a rule is applied to each
distinct value once, then spread over the lines.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Column: TypeAlias = "pa.DictionaryArray[Any, Any]"
Mask: TypeAlias = npt.NDArray[np.bool_]
Codes: TypeAlias = npt.NDArray[np.int32]
Numbers: TypeAlias = npt.NDArray[np.int64]

LARGEST_NUMBER = 1 << 62
ENCODED_TEXT = pa.dictionary(pa.int32(), pa.string())


def column_of(table: pa.Table, name: str) -> Column:
    """Return a column of a table in one piece with one dictionary."""
    column = table.column(name)
    if column.num_chunks == 0:
        return pa.DictionaryArray.from_arrays(pa.array([], pa.int32()), pa.array([], pa.string()))
    whole = column.chunk(0) if column.num_chunks == 1 else column.unify_dictionaries().combine_chunks()
    return cast("Column", whole)


def texts_of(column: Column) -> "pa.StringArray":
    """Return the texts themselves, one for each line."""
    return cast("pa.StringArray", column.dictionary_decode())


def codes_of(column: Column) -> Codes:
    """Return for each line the place of its value in the dictionary, -1 where it is empty."""
    codes = column.indices.fill_null(-1) if column.null_count else column.indices
    return codes.to_numpy(zero_copy_only=False)


def spread(column: Column, of_values: Mask, *, of_empty: bool) -> Mask:
    """Return for each line what was found for its distinct value, or `of_empty`."""
    outcomes = {*np.unique(of_values).tolist(), *([of_empty] if column.null_count else [])}
    if len(outcomes) < 2:  # most rules hold for every value: nothing to spread
        return np.full(len(column), outcomes == {True}, np.bool_)
    return np.append(of_values, of_empty)[codes_of(column)]


def matches(column: Column, pattern: str, *, of_empty: bool) -> Mask:
    """Tell for each line whether its value matches a regular expression (RE2)."""
    found = pc.match_substring_regex(column.dictionary, pattern)
    return spread(column, found.to_numpy(zero_copy_only=False), of_empty=of_empty)


def is_among(column: Column, values: "Collection[str] | pa.StringArray", *, of_empty: bool) -> Mask:
    """Tell for each line whether its value is one of a list."""
    wanted = values if isinstance(values, pa.StringArray) else pa.array(list(values), pa.string())
    found = pc.is_in(column.dictionary, value_set=wanted)
    return spread(column, found.to_numpy(zero_copy_only=False), of_empty=of_empty)


def mapped(column: Column, function: Callable[[str], str | None]) -> Column:
    """Return the column with a function applied to each value; empty lines stay empty."""
    results = pa.array([function(str(value)) for value in column.dictionary.to_pylist()], pa.string())
    return replaced(column, results)


def replaced(column: Column, results: "pa.Array[Any]", of_empty: str | None = None) -> Column:
    """Return the column with each distinct value replaced; values made equal share one code again."""
    encoded = pa.concat_arrays([results, pa.array([of_empty], pa.string())]).dictionary_encode()
    codes = codes_of(encoded)[codes_of(column)]
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32(), mask=codes < 0), encoded.dictionary)


def emptied(column: Column, lines: Mask, value: str | None = None) -> Column:
    """Return the column with some lines empty, or all of one value."""
    kept = pc.if_else(pa.array(lines), pa.scalar(None, pa.int32()), column.indices)
    cleared = pa.DictionaryArray.from_arrays(kept, column.dictionary)
    if value is None:
        return cleared
    grown = pa.concat_arrays([column.dictionary, pa.array([value], pa.string())])
    filled = pa.DictionaryArray.from_arrays(
        pc.if_else(pa.array(lines), pa.scalar(len(grown) - 1, pa.int32()), column.indices), grown
    )
    return replaced(filled, grown)


def packed(columns: Iterable[Codes], sizes: Iterable[int]) -> list[Numbers]:
    """Return fewer columns that tell rows apart and sort them as the given ones do.

    Several columns of numbers from 0 to their size share one 64-bit number as long as it holds them.
    """
    numbers: list[Numbers] = []
    room = 0
    for column, size in zip(columns, sizes, strict=True):
        if room < size:
            numbers.append(np.zeros(len(column), np.int64))
            room = LARGEST_NUMBER
        numbers[-1] *= size
        numbers[-1] += column
        room //= size
    return numbers


def ranks_of(column: Column) -> Codes:
    """Return for each line the place of its value in the order of code points; empty comes last."""
    order = pc.sort_indices(column.dictionary).to_numpy(zero_copy_only=False)
    ranks = np.empty(len(order) + 1, np.int32)
    ranks[order] = np.arange(len(order))
    ranks[-1] = len(order)
    return ranks[codes_of(column)]
