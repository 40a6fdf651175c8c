"""The datasets of the site: what each is, who makes it, which files it offers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the pipeline, the dataset that its reports are of, and what it does, in a few words."""

    name: str
    dataset: str
    title: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset; `load` puts it into service, after `check` where a step of its own checks the source.

    `read` makes more of what was checked before it is loaded: the text of documents. `row_name` names its
    rows (one, several) where the last load says how many are in service.
    """

    key: str
    title: str
    source: str
    description: str
    load: Step
    check: Step | None = None
    read: Step | None = None
    row_name: tuple[str, str] | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return the steps that work on it, in their order."""
        return tuple(step for step in (self.check, self.read, self.load) if step is not None)


ICPE = Dataset(
    key="icpe",
    title="Installations et classements",
    source="Extraction S3IC / Géorisques",
    description=(
        "Les installations soumises à autorisation ou à enregistrement, en fonctionnement ou en "
        "construction, et les rubriques de la nomenclature sous lesquelles elles sont classées."
    ),
    load=Step("sync_icpe", "icpe", "Mise en service"),
    check=Step("transform_icpe", "icpe", "Contrôle et mise en forme"),
)
MINISTERIAL_ORDERS = Dataset(
    key="ams",
    title="Arrêtés ministériels",
    source="Légifrance, textes enrichis",
    description=(
        "Les arrêtés ministériels de prescriptions en vigueur, leurs alinéas et les conditions dans "
        "lesquelles ils s’appliquent, avec la nomenclature des rubriques."
    ),
    load=Step("sync_ams", "ams", "Mise en service"),
    row_name=("arrêté", "arrêtés"),
)
PREFECTORAL_ORDERS = Dataset(
    key="aps",
    title="Arrêtés préfectoraux",
    source="Géorisques, documents des installations",
    description=(
        "Les arrêtés préfectoraux des installations publiées. Chaque matin, les nouveaux documents sont "
        "relevés, et le texte de ceux qui sont des images est lu par un programme : il peut contenir des "
        "erreurs, le document fait foi."
    ),
    load=Step("sync_aps", "aps", "Mise en service"),
    check=Step("update_aps", "documents", "Relevé de la source"),
    read=Step("update_aps", "aps", "Lecture des documents"),
    row_name=("arrêté", "arrêtés"),
)
DATASETS = (ICPE, MINISTERIAL_ORDERS, PREFECTORAL_ORDERS)

# What anybody may download, by the key in the bucket `misc`; anything else there is private.
PUBLIC_FILES = {
    "installations_all.csv": "Installations, France entière",
    "classements_all.csv": "Classements, France entière",
    "installations_idf.csv": "Installations, Île-de-France",
    "classements_idf.csv": "Classements, Île-de-France",
    "installations_sample.csv": "Installations, échantillon",
    "classements_sample.csv": "Classements, échantillon",
    "aps_all.csv": "Arrêtés préfectoraux et leur état, France entière",
    "documents_all.csv": "Documents des installations, France entière",
    "aps_idf.csv": "Arrêtés préfectoraux et leur état, Île-de-France",
    "documents_idf.csv": "Documents des installations, Île-de-France",
    "aps_sample.csv": "Arrêtés préfectoraux et leur état, échantillon",
    "documents_sample.csv": "Documents des installations, échantillon",
}
