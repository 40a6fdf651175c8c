"""What Légifrance would answer for the orders of the demo: made from their files, amended from a date on.

`modifications.json` says which words changed when. Texts, numbers and dates are invented, the form is that of
the API (docs/decisions/0013).
"""

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from itertools import count
from pathlib import Path
from typing import Any

ORDERS = Path(__file__).parent.parent / "ams"
MODIFICATIONS = Path(__file__).with_name("modifications.json")
ARTICLE = re.compile(
    r"(?:Article\s+(?P<article>\S+)|(?P<annexe>Annexe(?:\s+\S+)?))(?:\s*[-:.]\s+(?P<title>.+))?", re.DOTALL
)


def answer(cid: str, on: str) -> dict[str, Any] | None:
    """Return the answer for an order on a day (ISO), None where the demo has no such order."""
    path = ORDERS / f"{cid}.json"
    if not cid.isalnum() or not path.is_file():
        return None
    order = json.loads(path.read_text(encoding="utf-8"))
    if on < order["date_of_signature"]:
        return None
    places = count(1)
    parts = [_part(section, places) for section in order["sections"]]
    values = {
        "id": f"{cid}_{on}",
        "cid": cid,
        "nature": "ARRETE",
        "title": order["title"]["text"],
        "articles": [part for part in parts if "content" in part],
        "sections": [part for part in parts if "content" not in part],
    }
    amended: dict[str, Any] = _amended(values, _replacements(cid, on))
    return amended


def _part(section: Mapping[str, Any], places: Iterator[int]) -> dict[str, Any]:
    """Return an article, or a section with the articles below it."""
    title = section["title"]["text"]
    place = next(places)
    common = {"id": f"LEGI{place:016}", "intOrdre": place * 100, "etat": "VIGUEUR"}
    found = ARTICLE.fullmatch(title)
    if found:
        lines = [f"<p>{escape(found['title'])}</p>"] if found["title"] else []
        content = "".join([*lines, *_lines(section)])
        return {**common, "num": found["article"] or found["annexe"], "content": content}
    below = [_part(child, places) for child in section["sections"]]
    if section["outer_alineas"] or not below:
        below.insert(0, _part({**section, "title": {"text": "Article unique"}, "sections": []}, places))
    articles = [part for part in below if "content" in part]
    return {
        **common,
        "title": title,
        "articles": articles,
        "sections": [p for p in below if p not in articles],
    }


def _lines(section: Mapping[str, Any]) -> Iterator[str]:
    """Give the lines of an article: Légifrance has no titles inside one."""
    for alinea in section["outer_alineas"]:
        if alinea.get("text"):
            yield f"<p>{_linked(alinea)}</p>"
        if alinea.get("table"):
            yield _table(alinea["table"])
    for below in section["sections"]:
        yield f"<p>{escape(below['title']['text'])}</p>"
        yield from _lines(below)


def _linked(words: Mapping[str, Any]) -> str:
    text, html, reached = words["text"], "", 0
    for link in sorted(words.get("links") or (), key=lambda link: int(link["position"])):
        end = link["position"] + link["content_size"]
        label = escape(text[link["position"] : end])
        html += f'{escape(text[reached : link["position"]])}<a href="{escape(link["target"])}">{label}</a>'
        reached = end
    return html + escape(text[reached:])


def _table(table: Mapping[str, Any]) -> str:
    return f"<table>{''.join(_row(row) for row in table['rows'])}</table>"


def _row(row: Mapping[str, Any]) -> str:
    tag = "th" if row["is_header"] else "td"
    cells = (
        f'<{tag} colspan="{cell["colspan"]}" rowspan="{cell["rowspan"]}">{_linked(cell["content"])}</{tag}>'
        for cell in row["cells"]
    )
    return f"<tr>{''.join(cells)}</tr>"


def _replacements(cid: str, on: str) -> dict[str, str]:
    changes = json.loads(MODIFICATIONS.read_text(encoding="utf-8"))
    return {
        escape(old): escape(new)
        for change in changes
        if change["cid"] == cid and change["from"] <= on
        for old, new in change["replace"].items()
    }


def _amended(values: Any, replacements: Mapping[str, str]) -> Any:
    if isinstance(values, dict):
        return {name: _amended(value, replacements) for name, value in values.items()}
    if isinstance(values, list):
        return [_amended(value, replacements) for value in values]
    if isinstance(values, str):
        for old, new in replacements.items():
            values = values.replace(old, new)
    return values
