"""The six files of step 1: everything, Île-de-France, and a sample, for installations and classements."""

from pathlib import Path
from typing import cast

import numpy as np
import pyarrow as pa

from etl.distinct import Mask, column_of, is_among, texts_of
from etl.s3ic.writing import Written, write_selections

DATASETS = ("all", "idf", "sample")
IDF_REGION = "ILE DE FRANCE"
SAMPLE_DIVISOR = 10
ID_LENGTH = len("0058.04239")


def write_datasets(installations: pa.Table, classements: pa.Table, folder: Path) -> dict[str, Written]:
    """Write `installations_*.csv` and `classements_*.csv` into a folder; return what was written by key."""
    return write_by_dataset("installations", installations, installations, folder) | write_by_dataset(
        "classements", classements, installations, folder
    )


def write_by_dataset(name: str, table: pa.Table, installations: pa.Table, folder: Path) -> dict[str, Written]:
    """Write the rows of each dataset into `<name>_<dataset>.csv`; return what was written by key.

    Both tables have a column `s3ic_id`; the installations say which sites are in which dataset.
    """
    sites = texts_of(column_of(installations, "s3ic_id"))
    in_idf = is_among(column_of(installations, "region"), {IDF_REGION}, of_empty=False)
    chosen = {"idf": sites.filter(pa.array(in_idf)), "sample": sites.filter(pa.array(is_sampled(sites)))}
    ids = column_of(table, "s3ic_id")
    selections: dict[str, Mask | None] = {"all": None}
    selections |= {dataset: is_among(ids, some, of_empty=False) for dataset, some in chosen.items()}
    paths = {dataset: folder / f"{name}_{dataset}.csv" for dataset in DATASETS}
    files = write_selections(table, {paths[dataset]: selections[dataset] for dataset in DATASETS})
    return {path.name: file for path, file in files.items()}


def is_sampled(ids: pa.StringArray) -> Mask:
    """Tell which s3ic_ids are in the sample: their character codes add up to a multiple of ten."""
    characters = cast("pa.Buffer", ids.cast(pa.binary(ID_LENGTH)).buffers()[1])
    codes = np.frombuffer(characters.to_pybytes(), np.uint8).reshape(len(ids), ID_LENGTH)
    sampled: Mask = codes.sum(axis=1) % SAMPLE_DIVISOR == 0
    return sampled
