"""The datasets of the site: what each is, who makes it, which files it offers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the pipeline and what it does, in a few words."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset; `load` puts it into service, after `check` where a step of its own checks the source.

    `row_name` names its rows (one, several) where the last load says how many are in service.
    """

    key: str
    title: str
    source: str
    description: str
    load: Step
    check: Step | None = None
    row_name: tuple[str, str] | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return the steps that work on it."""
        return (self.load,) if self.check is None else (self.check, self.load)


ICPE = Dataset(
    key="icpe",
    title="Installations et classements",
    source="Extraction S3IC / Géorisques",
    description=(
        "Les installations soumises à autorisation ou à enregistrement, en fonctionnement ou en "
        "construction, et les rubriques de la nomenclature sous lesquelles elles sont classées."
    ),
    load=Step("sync_icpe", "Mise en service"),
    check=Step("transform_icpe", "Contrôle et mise en forme"),
)
MINISTERIAL_ORDERS = Dataset(
    key="ams",
    title="Arrêtés ministériels",
    source="Légifrance, textes enrichis",
    description=(
        "Les arrêtés ministériels de prescriptions en vigueur, leurs alinéas et les conditions dans "
        "lesquelles ils s’appliquent, avec la nomenclature des rubriques."
    ),
    load=Step("sync_ams", "Mise en service"),
    row_name=("arrêté", "arrêtés"),
)
DATASETS = (ICPE, MINISTERIAL_ORDERS)

# What anybody may download, by the key in the bucket `misc`; anything else there is private.
PUBLIC_FILES = {
    "installations_all.csv": "Installations, France entière",
    "classements_all.csv": "Classements, France entière",
    "installations_idf.csv": "Installations, Île-de-France",
    "classements_idf.csv": "Classements, Île-de-France",
    "installations_sample.csv": "Installations, échantillon",
    "classements_sample.csv": "Classements, échantillon",
}
