"""The first page, the pages that explain, and what robots ask for."""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template

from webapp.configuration import current_settings
from webapp.data.standing import footer_standing
from webapp.static_files import asset_url

CLOSED_TO_ROBOTS = ("/installations", "/mes-installations", "/recherche", "/donnees/fichiers/")
ROBOTS = "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in CLOSED_TO_ROBOTS)

blueprint = Blueprint("pages", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who runs this site; what the settings leave out is empty."""

    publisher: str
    director: str
    host: str
    contact: str


def site_identity() -> Identity:
    """Return who runs this site, for the pages that must say so."""
    settings = current_settings()
    return Identity(
        settings.legal_publisher, settings.legal_director, settings.legal_host, settings.contact_email
    )


@blueprint.app_context_processor
def social() -> dict[str, str]:
    """Give templates the picture that is shown beside a link sent to someone: an address with its host."""
    return {"social_image": current_settings().site_url.rstrip("/") + asset_url("social.png")}


@blueprint.get("/")
def home() -> str:
    """Offer the search, and say what is in it."""
    return render_template("pages/home.html", standing=footer_standing())


@blueprint.get("/aide")
def help_page() -> str:
    """Explain how to go from a site's name to an inspection sheet."""
    return render_template("pages/help.html", identity=site_identity())


@blueprint.get("/a-propos")
def about() -> str:
    """Say what the site is for, where its data come from and how it decides."""
    return render_template("pages/about.html", identity=site_identity())


@blueprint.get("/accessibilite")
def accessibility() -> str:
    """Say how far the site is accessible, and where to turn."""
    return render_template("pages/accessibility.html", identity=site_identity())


@blueprint.get("/mentions-legales")
def legal() -> str:
    """Say who publishes and hosts the site, and what its content is worth."""
    return render_template("pages/legal.html", identity=site_identity())


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Ask robots to leave lists and pages of installations alone."""
    return Response(ROBOTS, mimetype="text/plain")
