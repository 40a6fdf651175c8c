"""Inspection sheets and tables of picked prescriptions, made from templates that editors can change."""

from webapp.exports.formats import init_app
from webapp.exports.routes import blueprint

__all__ = ["blueprint", "init_app"]
