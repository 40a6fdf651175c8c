"""Prefectoral orders on the site: those of an installation, their documents, the text of their pages."""

from webapp.aps.addresses import anchor_of, url_for_ap_page
from webapp.aps.routes import blueprint

__all__ = ["anchor_of", "blueprint", "url_for_ap_page"]
