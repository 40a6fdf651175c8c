"""What a run can load, part by part: files of a data folder, and the DAG that reads them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from etl.settings import ROOT
from launcher.console import LaunchError

DEMO = ROOT / "demo"
NOMENCLATURE = "nomenclature"  # has no DAG of its own: `sync_ams` loads it
GEORISQUES_FILES = ("georisques/IC_documents.csv", "georisques/IC_types_document.csv")


@dataclass(frozen=True)
class Part:
    """One part of a data folder.

    Attributes:
        title: what it is, for people.
        files: paths inside the data folder; the part is there when all of them are. `NAME.zip` may be a
            folder `NAME` instead, whose files are then packed.
        keys: where the files go in the bucket, in the same order.
        bucket: the bucket that they go to.
        dag_id: the DAG to trigger once the files are in the bucket; None where none reads them yet.
        starts_others: whether other DAGs start after this one, by the assets it makes.
        conf_of_new_source: parameters for the first run after the data came from another folder, where
            the guards against a shrunken source would compare two things that have nothing in common.
        follows: the DAG whose end this one waits for; None where it needs no other.
        is_fetched: the DAG fetches the files itself, from a local server that gives them out.
    """

    title: str
    files: tuple[str, ...]
    keys: tuple[str, ...] = ()
    bucket: Literal["misc", "am"] = "misc"
    dag_id: str | None = None
    starts_others: bool = False
    conf_of_new_source: tuple[tuple[str, bool], ...] = ()
    follows: str | None = None
    is_fetched: bool = False

    @property
    def is_loadable(self) -> bool:
        """Whether a step of this version takes it."""
        return bool(self.keys) or self.is_fetched


PARTS = (
    Part(
        "installations and classements",
        ("s3ic/s3ic-liste-etablissements.csv", "s3ic/sic-liste-rubriques.csv"),
        keys=("private/input/s3ic-liste-etablissements.csv", "private/input/sic-liste-rubriques.csv"),
        dag_id="transform_icpe",
        starts_others=True,
        conf_of_new_source=(("accept_fewer_rows", True),),
    ),
    Part(
        "prefectoral orders",
        GEORISQUES_FILES,
        dag_id="update_aps",
        starts_others=True,
        conf_of_new_source=(("accept_fewer_rows", True),),
        follows="transform_icpe",
        is_fetched=True,
    ),
    Part(NOMENCLATURE, ("idf/classement_references.csv",), keys=("classement_references.csv",)),
    Part("ministerial orders", ("ams.zip",), keys=("ams/latest.zip",), bucket="am", dag_id="sync_ams"),
)


@dataclass(frozen=True)
class Plan:
    """What is loaded from a folder, and what is not, each with its sentence."""

    folder: Path
    parts: tuple[Part, ...]
    remarks: tuple[str, ...]

    @property
    def is_fetching(self) -> bool:
        """Whether one of the parts is fetched from a local server."""
        return any(part.is_fetched for part in self.parts)


def plan_loading(folder: Path) -> Plan:
    """Return what can be loaded from a folder laid out as the demo.

    Raises:
        LaunchError: there is no such folder, or nothing in it can be loaded.
    """
    folder = folder.expanduser().absolute()
    if not folder.is_dir():
        raise LaunchError(f"There is no folder {folder}. Give DATA a folder that holds {describe_layout()}.")
    loadable = tuple(part for part in PARTS if part.is_loadable and not missing_files(folder, part))
    if not loadable:
        raise LaunchError(f"Nothing in {folder} can be loaded. A data folder holds {describe_layout()}.")
    remarks = [remark for part in PARTS if (remark := remark_on(folder, part))]
    return Plan(folder, loadable, tuple(remarks))


def remark_on(folder: Path, part: Part) -> str:
    """Return why a part is not loaded; empty where it is."""
    missing = missing_files(folder, part)
    if len(missing) == len(part.files):
        return f"{part.title}: left out, no {' and '.join(missing)} in {folder}"
    if missing:
        return f"{part.title}: left out, {' and '.join(missing)} is missing in {folder}"
    return "" if part.is_loadable else f"{part.title}: not loaded yet, no step of this version reads it"


def missing_files(folder: Path, part: Part) -> list[str]:
    """Return the files of a part that the folder does not hold."""
    return [name for name in part.files if not ((folder / name).is_file() or unpacked(folder / name))]


def unpacked(archive: Path) -> Path | None:
    """Return the folder that stands for an archive that is not there, None where there is none."""
    folder = archive.with_suffix("")
    return folder if archive.suffix == ".zip" and folder.is_dir() else None


def describe_layout() -> str:
    """Return the files that a data folder may hold."""
    return ", ".join(name for part in PARTS for name in part.files)
