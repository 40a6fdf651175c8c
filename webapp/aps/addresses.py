"""Where a prefectoral order and its pages are found on the site."""

import re

from flask import url_for

from webapp.configuration import current_settings

GEORISQUES_ID = re.compile(r"[A-Z]/[a-f0-9]/[a-f0-9]{32}")
LONGEST_WORDS = 200


def is_georisques_id(text: str) -> bool:
    """Tell whether a text has the form of the identifier of a document."""
    return GEORISQUES_ID.fullmatch(text) is not None


def anchor_of(georisques_id: str) -> str:
    """Return the anchor of an order on the page of the chosen orders."""
    return "ap-" + georisques_id.replace("/", "-")


def page_anchor(georisques_id: str, page: int) -> str:
    """Return the anchor of a page (from 1) of an order on that page."""
    return f"{anchor_of(georisques_id)}-page-{page}"


def url_for_ap_page(s3ic_id: str, georisques_id: str, page: int, words: str = "") -> str:
    """Return the address of one page (from 1) of an order of an installation, with what was asked marked.

    `words` is the question as a person typed it; the site finds what it matches on the page.
    """
    return url_for(
        "orders.chosen_orders",
        s3ic_id=s3ic_id,
        ap=georisques_id,
        page=page,
        mots=words[:LONGEST_WORDS] or None,
        _anchor=page_anchor(georisques_id, page),
    )


def source_url(georisques_id: str) -> str | None:
    """Return the address of the document at its source, None where the setting does not name the source."""
    base = current_settings().georisques_documents_url
    return f"{base.rstrip('/')}/{georisques_id}.pdf" if base else None
