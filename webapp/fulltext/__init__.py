"""Full text: what orders say, ministerial and prefectoral, searched in French."""

from webapp.fulltext.routes import blueprint

__all__ = ["blueprint"]
