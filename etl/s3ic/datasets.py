"""The six files of step 1: everything, Île-de-France, and a sample, for installations and classements."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from etl.distinct import Mask, column_of, is_among
from etl.s3ic.writing import Written, write_selections

DATASETS = ("all", "idf", "sample")
IDF_REGION = "ILE DE FRANCE"
SAMPLE_DIVISOR = 10


def write_datasets(installations: pa.Table, classements: pa.Table, folder: Path) -> dict[str, Written]:
    """Write `installations_*.csv` and `classements_*.csv` into a folder; return what was written by key."""
    sites = np.array(installations.column("s3ic_id").to_pylist(), np.str_)
    in_idf = is_among(column_of(installations, "region"), {IDF_REGION}, of_empty=False)
    chosen = {"idf": sites[in_idf].tolist(), "sample": sites[is_sampled(sites)].tolist()}
    written: dict[str, Written] = {}
    for name, table in (("installations", installations), ("classements", classements)):
        ids = column_of(table, "s3ic_id")
        selections: dict[str, Mask | None] = {"all": None}
        selections |= {dataset: is_among(ids, some, of_empty=False) for dataset, some in chosen.items()}
        paths = {dataset: folder / f"{name}_{dataset}.csv" for dataset in DATASETS}
        files = write_selections(table, {paths[dataset]: selections[dataset] for dataset in DATASETS})
        written |= {path.name: file for path, file in files.items()}
    return written


def is_sampled(ids: npt.NDArray[np.str_]) -> Mask:
    """Tell which s3ic_ids are in the sample: their character codes add up to a multiple of ten."""
    codes = ids.astype("S10").view(np.uint8).reshape(len(ids), -1)
    sampled: Mask = codes.sum(axis=1) % SAMPLE_DIVISOR == 0
    return sampled
