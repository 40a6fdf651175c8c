"""Installations and their classements."""

from dataclasses import asdict, replace
from typing import Any

from flask import abort, url_for
from sqlalchemy import select

from webapp.api.answers import PageQuestion, origin_of, paged
from webapp.api.fields import choice, pattern, text
from webapp.api.operations import S3IC_ID, operation, subject
from webapp.api.schemas import (
    ClassementListSchema,
    ClassementSchema,
    InstallationListSchema,
    InstallationSchema,
)
from webapp.data.catalogue import ICPE
from webapp.data.standing import is_published
from webapp.database import begin_consistent_reads
from webapp.installations import wording
from webapp.installations.queries import S3IC_ID as S3IC_ID_FORM
from webapp.installations.queries import read_classements
from webapp.installations.search import Hit, find, parse_text
from webapp.models import Installation, db

blueprint = subject("api_installations", "Installations publiées et leurs classements")


class InstallationQuestion(PageQuestion):
    """Which installations."""

    q = text("Nom, commune, code postal ou identifiant, dans n’importe quel ordre")
    department = pattern("^[0-9][0-9AB][0-9]?$", "Numéro du département", "77")
    regime = choice(wording.PUBLISHED_REGIMES, "Régime")
    seveso = choice(wording.SEVESO, "Statut Seveso")
    active = choice(wording.STATES, "État de l’activité")


@operation(
    blueprint,
    "/installations",
    "Chercher des installations",
    InstallationListSchema,
    query=InstallationQuestion,
)
def list_installations(question: dict[str, Any]) -> dict[str, Any]:
    """Return one page of the installations that match."""
    begin_consistent_reads()
    filters = {"num_dep": question["department"]} | {
        name: question[name] for name in ("regime", "seveso", "active")
    }
    wanted = replace(parse_text(question["q"]), **filters)
    found = find(wanted, question["page"], question["per_page"])
    if question["page"] > 1 and not found.hits:
        abort(404)
    return {
        "origin": origin_of(ICPE),
        **paged(question, found.total),
        "items": [_item(hit) for hit in found.hits],
        "similar": [_item(hit) for hit in found.similar],
    }


@operation(
    blueprint, "/installations/<s3ic_id>", "Lire une installation", InstallationSchema, path=(S3IC_ID,)
)
def read_installation(question: dict[str, Any], s3ic_id: str) -> dict[str, Any]:
    """Return one installation."""
    del question
    installation = published_installation(s3ic_id)
    names = InstallationSchema().fields.keys() - {"origin", "links"}
    return {
        **{name: getattr(installation, name) for name in names},
        "origin": origin_of(ICPE),
        "links": links_of(s3ic_id),
    }


@operation(
    blueprint,
    "/installations/<s3ic_id>/classements",
    "Lire les classements d’une installation",
    ClassementListSchema,
    path=(S3IC_ID,),
)
def list_classements(question: dict[str, Any], s3ic_id: str) -> dict[str, Any]:
    """Return all lines of an installation, in the order of the source."""
    del question
    installation = published_installation(s3ic_id)
    names = ClassementSchema().fields.keys()
    return {
        "origin": origin_of(ICPE),
        "links": links_of(s3ic_id) | {"self": url_for("api_installations.list_classements", s3ic_id=s3ic_id)},
        "items": [
            {name: getattr(line, name) for name in names} for line in read_classements(installation.id)
        ],
    }


def published_installation(s3ic_id: str) -> Installation:
    """Return a published installation; a problem (404) where there is none."""
    begin_consistent_reads()
    wanted = select(Installation).where(Installation.s3ic_id == s3ic_id, is_published())
    found = db.session.scalar(wanted) if S3IC_ID_FORM.fullmatch(s3ic_id) else None
    if found is None:
        abort(404)
    return found


def links_of(s3ic_id: str) -> dict[str, str]:
    """Return where an installation and what belongs to it are read."""
    return {
        "self": url_for("api_installations.read_installation", s3ic_id=s3ic_id),
        "classements": url_for("api_installations.list_classements", s3ic_id=s3ic_id),
        "ams": url_for("api_ams.list_listed_ams", s3ic_id=s3ic_id),
        "aps": url_for("api_aps.list_aps", s3ic_id=s3ic_id),
        "page": url_for("installations.sheet", s3ic_id=s3ic_id),
    }


def _item(hit: Hit) -> dict[str, Any]:
    return {**asdict(hit), "links": links_of(hit.s3ic_id)}
