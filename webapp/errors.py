"""Error pages: in French, without a traceback, and without the database, which may be what is missing."""

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError, ServiceUnavailable

from etl.errors import SettingsError, TransientError
from webapp.api import problems

RETRY_AFTER_SECONDS = 30
KEPT_HEADERS = frozenset({"Allow", "Content-Range", "Retry-After"})

# What happened, and what the visitor can do.
MESSAGES = {
    400: (
        "Demande incomprise",
        "L’adresse ou le formulaire envoyé contient une valeur que nous n’avons pas pu lire.",
    ),
    403: ("Accès refusé", "Vous n’avez pas le droit de consulter cette page."),
    404: (
        "Page introuvable",
        "L’adresse est peut-être incomplète, ou l’élément demandé n’est plus publié.",
    ),
    405: ("Action impossible", "Cette page ne peut pas être appelée de cette façon."),
    410: (
        "Document retiré",
        "Ce document n’est plus publié par sa source : il ne peut plus être consulté ici.",
    ),
    413: ("Envoi trop volumineux", "Le contenu envoyé dépasse la taille acceptée."),
    414: ("Adresse trop longue", "Raccourcissez votre recherche, puis recommencez."),
    422: (
        "Paramètre refusé",
        "Un paramètre de l’adresse est inconnu ou a une valeur qui n’est pas acceptée.",
    ),
    429: ("Trop de demandes", "Vous avez envoyé beaucoup de demandes en peu de temps. Patientez une minute."),
    500: (
        "Une erreur est survenue",
        "L’incident est de notre fait et il a été enregistré. Vous pouvez réessayer dans un instant.",
    ),
    503: (
        "Service momentanément indisponible",
        "Les données ne peuvent pas être lues pour le moment. Réessayez dans quelques instants.",
    ),
}
CLIENT_ERROR = (
    "La demande n’a pas abouti",
    "Vérifiez l’adresse, ou reprenez depuis la page de recherche.",
)

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Answer every error with a page, or with JSON where JSON was asked for."""
    app.register_error_handler(SecurityError, refuse_host)
    app.register_error_handler(HTTPException, show_error)
    app.register_error_handler(Exception, show_failure)
    for unreachable in (OperationalError, InterfaceError, PoolTimeoutError, TransientError, SettingsError):
        app.register_error_handler(unreachable, show_unavailable)


def refuse_host(_error: SecurityError) -> Response:
    """Answer a request for a host that is not ours (ALLOWED_HOSTS); a page could not be made without one."""
    response = make_response("Cette adresse n’est pas celle du site.\n", 400)
    response.mimetype = "text/plain"
    return response


def show_error(error: HTTPException) -> Response:
    """Return the page of an HTTP error; a redirect stays what it is."""
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    title, advice = MESSAGES.get(error.code, MESSAGES[500] if error.code >= 500 else CLIENT_ERROR)
    return answer_error(error, title, advice)


def answer_error(
    error: HTTPException, title: str, advice: str, template: str = "errors/error.html"
) -> Response:
    """Return an HTTP error in the form that was asked for: a page, JSON, or a problem of the API."""
    headers = [(name, value) for name, value in error.get_headers() if name in KEPT_HEADERS]
    if problems.is_asked():
        response = problems.problem(error, title, advice)
    elif wants_json():
        response = jsonify(error={"code": error.code, "title": title, "detail": advice})
    else:
        response = make_response(render_template(template, code=error.code, title=title, advice=advice))
    response.status_code = error.code or InternalServerError.code
    response.headers.extend(headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def show_unavailable(error: Exception) -> Response:
    """Return a page that says that a part we need does not answer."""
    log.error("%s %s: %s", request.method, request.path, error)
    return show_error(ServiceUnavailable(retry_after=RETRY_AFTER_SECONDS))


def show_failure(error: Exception) -> Response:
    """Return the page of a fault of ours; the cause goes to the log."""
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return show_error(InternalServerError(original_exception=error))


def wants_json() -> bool:
    """Tell whether the caller prefers JSON to a page."""
    accepted = request.accept_mimetypes
    return accepted.best_match(["text/html", "application/json"], default="text/html") == "application/json"
