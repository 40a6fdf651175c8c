"""The nomenclature, the datasets, and where the API begins."""

from typing import Any

from flask import abort, url_for
from sqlalchemy import func, select

from webapp.api.answers import PageQuestion, origin_of, paged
from webapp.api.fields import choice, pattern
from webapp.api.operations import operation, subject
from webapp.api.problems import PREFIX
from webapp.api.schemas import DatasetListSchema, EntrySchema, ReferenceListSchema
from webapp.data.catalogue import MINISTERIAL_ORDERS
from webapp.data.queries import DatasetState, PublicFile, read_dataset_states
from webapp.data.standing import read_standing
from webapp.database import begin_consistent_reads
from webapp.exports.sheet import LICENCE, LICENCE_URL
from webapp.models import ClassementReference, db

TITLE, VERSION = "API ouverte d’Envinorma", "1.0"

blueprint = subject("api_catalogue", "Nomenclature, jeux de données et point d’entrée")


class ReferenceQuestion(PageQuestion):
    """Which lines of the nomenclature."""

    rubrique = pattern("^[0-9]{1,4}$", "Début du numéro de la rubrique", "1510")
    regime = choice(("A", "E", "D", "NC"), "Régime")


@operation(blueprint, "/", "Point d’entrée", EntrySchema)
def read_entry(question: dict[str, Any]) -> dict[str, Any]:
    """Return where the lists begin."""
    del question
    return {
        "title": TITLE,
        "version": VERSION,
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "links": {
            "self": url_for("api_catalogue.read_entry"),
            "installations": url_for("api_installations.list_installations"),
            "ams": url_for("api_ams.list_ams"),
            "nomenclature": url_for("api_catalogue.list_references"),
            "datasets": url_for("api_catalogue.list_datasets"),
            "search": url_for("api_search.search_texts"),
            "description": f"{PREFIX}/openapi.json",
            "documentation": url_for("api_documentation.show"),
        },
    }


@operation(blueprint, "/nomenclature", "Lister la nomenclature", ReferenceListSchema, query=ReferenceQuestion)
def list_references(question: dict[str, Any]) -> dict[str, Any]:
    """Return one page of the nomenclature, by rubrique and alinea."""
    begin_consistent_reads()
    table = ClassementReference
    wanted = select(table)
    if question["rubrique"]:
        wanted = wanted.where(table.rubrique.startswith(question["rubrique"]))
    if question["regime"]:
        wanted = wanted.where(table.regime == question["regime"])
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    in_order = wanted.order_by(table.rubrique, table.alinea.nulls_first(), table.regime, table.id)
    skipped = (question["page"] - 1) * question["per_page"]
    rows = list(db.session.scalars(in_order.limit(question["per_page"]).offset(skipped)))
    if question["page"] > 1 and not rows:
        abort(404)
    names = ("rubrique", "alinea", "regime", "description")
    return {
        "origin": origin_of(MINISTERIAL_ORDERS),
        **paged(question, total),
        "items": [{name: getattr(row, name) for name in names} for row in rows],
    }


@operation(blueprint, "/datasets", "Lister les jeux de données", DatasetListSchema)
def list_datasets(question: dict[str, Any]) -> dict[str, Any]:
    """Return the datasets: source, date, files."""
    del question
    begin_consistent_reads()
    return {
        "links": {"self": url_for("api_catalogue.list_datasets"), "page": url_for("data.overview")},
        "items": [_dataset(state) for state in read_dataset_states(read_standing())],
    }


def _dataset(state: DatasetState) -> dict[str, Any]:
    dataset, loaded = state.dataset, state.loaded
    return {
        "key": dataset.key,
        "title": dataset.title,
        "source": dataset.source,
        "description": dataset.description,
        "licence": LICENCE,
        "dated_on": loaded.dated_on if loaded else None,
        "refreshed_at": loaded.finished_at if loaded else None,
        "is_refused": state.is_refused,
        "files": [_file(each) for each in state.files],
    }


def _file(file: PublicFile) -> dict[str, Any]:
    return {
        "name": file.name,
        "title": file.title,
        "size_bytes": file.size,
        "rows": file.rows,
        "links": {"self": url_for("data.download", name=file.name)},
    }
