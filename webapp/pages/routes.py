"""The first page, and what robots ask for."""

from flask import Blueprint, Response, render_template

from webapp.data.standing import footer_standing

ROBOTS = "User-agent: *\nDisallow: /installations\nDisallow: /donnees/fichiers/\n"

blueprint = Blueprint("pages", __name__, template_folder="templates")


@blueprint.get("/")
def home() -> str:
    """Offer the search, and say what is in it."""
    return render_template("pages/home.html", standing=footer_standing())


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Ask robots to leave lists and pages of installations alone."""
    return Response(ROBOTS, mimetype="text/plain")
