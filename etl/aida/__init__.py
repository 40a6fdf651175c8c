"""Orders on the pages of AIDA, where the operator says that they may be read (docs/decisions/0013)."""

from etl.aida.pages import Aida, is_on, read_page

__all__ = ["Aida", "is_on", "read_page"]
