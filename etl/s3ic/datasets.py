"""The six files of step 1: everything, Île-de-France, and a sample, for installations and classements."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from etl.distinct import Mask, column_of, is_among, spread
from etl.s3ic.writing import Written, write_selections

DATASETS = ("all", "idf", "sample")
IDF_REGION = "ILE DE FRANCE"
SAMPLE_DIVISOR = 10


def write_datasets(installations: pa.Table, classements: pa.Table, folder: Path) -> dict[str, Written]:
    """Write `installations_*.csv` and `classements_*.csv` into a folder; return what was written by key."""
    in_idf = idf_rows(installations)
    sites_of_idf = {
        str(s3ic_id) for s3ic_id in installations.column("s3ic_id").filter(pa.array(in_idf)).to_pylist()
    }
    lines_of_idf = is_among(column_of(classements, "s3ic_id"), sites_of_idf, of_empty=False)
    written: dict[str, Written] = {}
    for name, table, idf in (
        ("installations", installations, in_idf),
        ("classements", classements, lines_of_idf),
    ):
        selections = {"all": np.ones(table.num_rows, np.bool_), "idf": idf, "sample": sample_rows(table)}
        paths = {dataset: folder / f"{name}_{dataset}.csv" for dataset in DATASETS}
        files = write_selections(table, {paths[dataset]: selections[dataset] for dataset in DATASETS})
        written |= {path.name: file for path, file in files.items()}
    return written


def idf_rows(installations: pa.Table) -> Mask:
    """Tell which installations are in Île-de-France."""
    return is_among(column_of(installations, "region"), {IDF_REGION}, of_empty=False)


def sample_rows(table: pa.Table) -> Mask:
    """Tell which rows are in the sample: the character codes of their s3ic_id add up to a multiple of ten."""
    column = column_of(table, "s3ic_id")
    sums = [sum(str(value).encode()) % SAMPLE_DIVISOR == 0 for value in column.dictionary.to_pylist()]
    return spread(column, np.array(sums, np.bool_), of_empty=False)
