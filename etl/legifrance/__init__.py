"""Orders at Légifrance, through PISTE: asked, read, laid out as the editor shows a text (decision 0013)."""

from etl.legifrance.client import Legifrance, Source
from etl.legifrance.drafts import drafts_of
from etl.legifrance.reading import UpstreamText

__all__ = ["Legifrance", "Source", "UpstreamText", "drafts_of"]
