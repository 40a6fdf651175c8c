"""The datasets of the site: what each is, who makes it, which files it offers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the pipeline and what it does, in a few words."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset; `check` reads and checks the source, `load` puts it into service."""

    key: str
    title: str
    source: str
    description: str
    check: Step
    load: Step


ICPE = Dataset(
    key="icpe",
    title="Installations et classements",
    source="Extraction S3IC / Géorisques",
    description=(
        "Les installations soumises à autorisation ou à enregistrement, en fonctionnement ou en "
        "construction, et les rubriques de la nomenclature sous lesquelles elles sont classées."
    ),
    check=Step("transform_icpe", "Contrôle et mise en forme"),
    load=Step("sync_icpe", "Mise en service"),
)
DATASETS = (ICPE,)

# What anybody may download, by the key in the bucket `misc`; anything else there is private.
PUBLIC_FILES = {
    "installations_all.csv": "Installations, France entière",
    "classements_all.csv": "Classements, France entière",
    "installations_idf.csv": "Installations, Île-de-France",
    "classements_idf.csv": "Classements, Île-de-France",
    "installations_sample.csv": "Installations, échantillon",
    "classements_sample.csv": "Classements, échantillon",
}
