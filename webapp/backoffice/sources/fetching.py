"""Texts of the sources for a page: by the clients of `etl` alone, in bounded time, troubles in French."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import httpx
from flask import Flask, current_app

from etl.aida import Aida, is_on
from etl.errors import RefusedError, SettingsError, StepError, TransientError
from etl.legifrance import Legifrance, Source, drafts_of
from etl.settings import Settings
from etl.upstream.errors import (
    KeysRefusedError,
    ShapeError,
    SourceUnsetError,
    TooLargeError,
    UnknownTextError,
)
from etl.upstream.exchange import AT_A_PAGE
from regulation.editing.drafts import DraftSection
from webapp.configuration import SETTINGS_KEY
from webapp.formats import long_day

LEGIFRANCE_KEY = "envinorma_legifrance"
LEGIFRANCE, AIDA = "Légifrance", "AIDA"
T = TypeVar("T")

UNSET = {
    LEGIFRANCE: (
        "Légifrance n’est pas relié à ce site : la personne qui l’administre doit donner les clés de PISTE "
        "(LEGIFRANCE_CLIENT_ID et LEGIFRANCE_CLIENT_SECRET). En attendant, collez le texte dans l’éditeur."
    ),
    AIDA: (
        "La lecture d’AIDA n’est pas activée sur ce site. Ouvrez la page d’AIDA, copiez son texte et "
        "collez-le dans l’éditeur : les tableaux sont gardés."
    ),
}
UNKNOWN = {
    LEGIFRANCE: "Légifrance ne connaît pas de texte {}. Vérifiez l’identifiant de l’arrêté.",
    AIDA: "AIDA n’a pas de page {}. Vérifiez le nombre qui termine son adresse.",
}
NOTHING_IN_FORCE = (
    "Légifrance n’a aucun article en vigueur au {} pour cet arrêté : choisissez une autre date."
)


class SourceTrouble(Exception):  # noqa: N818  (it is shown to a person; the errors behind it bear the name)
    """A source gave no text; the words are French, `status` is that of the page that says them."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True)
class FetchedText:
    """A text of a source: what it is, in French, and its sections."""

    title: str
    sections: tuple[DraftSection, ...]


def init_app(app: Flask) -> None:
    """Let the first page that needs Légifrance make the client, which then keeps its token."""
    app.extensions[LEGIFRANCE_KEY] = None


def is_aida_on() -> bool:
    """Tell whether the operator lets pages of AIDA be read."""
    return is_on(_settings())


def legifrance_text(cid: str, on: date) -> FetchedText:
    """Return the text of an order at Légifrance, as it stands on a day.

    Raises:
        SourceTrouble: there is none to be had; the sentence says why and what to do.
    """
    text = _told(LEGIFRANCE, cid, lambda: _legifrance().text(cid, on))
    sections = drafts_of(text)
    if not sections:
        raise SourceTrouble(NOTHING_IN_FORCE.format(long_day(on)), 404)
    published = "" if text.is_consolidated else ", tel que publié (il n’y a pas de version consolidée)"
    return FetchedText(f"texte de Légifrance au {long_day(on)}{published}", sections)


def aida_text(page: str) -> FetchedText:
    """Return the text of a page of AIDA; raises as `legifrance_text`."""
    sections = _told(AIDA, page, lambda: Aida.from_settings(_settings(), AT_A_PAGE).sections(page))
    return FetchedText(f"texte de la page {page} d’AIDA", sections)


def _settings() -> Settings:
    settings: Settings = current_app.extensions[SETTINGS_KEY]
    return settings


def _legifrance() -> Legifrance:
    client: Legifrance | None = current_app.extensions[LEGIFRANCE_KEY]
    if client is None:
        client = Legifrance(Source.from_settings(_settings(), AT_A_PAGE))
        current_app.extensions[LEGIFRANCE_KEY] = client
    return client


def _told(name: str, asked: str, fetch: Callable[[], T]) -> T:
    try:
        return fetch()
    except StepError as error:
        sentence, status = _sentence(name, asked, error)
        current_app.logger.warning("%s gave no text: %s", name, error)
        raise SourceTrouble(sentence, status) from error


def _sentence(name: str, asked: str, error: StepError) -> tuple[str, int]:
    """Return what an editor is told of an error, and the status of the page."""
    is_late = isinstance(error.__cause__, httpx.TimeoutException) or "did not come within" in str(error)
    sentences: list[tuple[type[StepError], str, int]] = [
        (SourceUnsetError, UNSET[name], 503),
        (KeysRefusedError, f"{name} refuse les clés de ce site. Prévenez la personne qui l’administre.", 502),
        (SettingsError, f"{name} est mal configuré sur ce site. Prévenez la personne qui l’administre.", 503),
        (UnknownTextError, UNKNOWN[name].format(asked), 404),
        (ShapeError, _of_another_shape(name, error), 502),
        (
            TooLargeError,
            f"La réponse de {name} est trop volumineuse pour être un arrêté : elle n’est pas lue.",
            502,
        ),
        (RefusedError, f"{name} refuse cette demande. Prévenez la personne qui administre le site.", 502),
        (TransientError, _silent(name, is_late=is_late), 504 if is_late else 503),
    ]
    found = next(((words, status) for kind, words, status in sentences if isinstance(error, kind)), None)
    return found or (_silent(name, is_late=False), 503)


def _of_another_shape(name: str, error: StepError) -> str:
    field = error.field if isinstance(error, ShapeError) else ""
    return (
        f"La réponse de {name} n’a pas la forme attendue : « {field} » manque ou ne peut pas être lu. "
        "Prévenez la personne qui administre le site ; en attendant, collez le texte dans l’éditeur."
    )


def _silent(name: str, *, is_late: bool) -> str:
    how = "met trop de temps à répondre" if is_late else "ne répond pas en ce moment"
    return (
        f"{name} {how}. Rien n’est changé : recommencez dans quelques minutes, ou collez le texte dans "
        "l’éditeur."
    )
