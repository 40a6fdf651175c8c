"""The text of an order as HTML, made by joining strings: a page may hold thirty long orders.

With ticks, each paragraph and table has a checkbox `p` for what a person picks, and each section a button
that takes it whole; what stands around makes a form of it (`webapp.collection`). A real page has
thousands of them: their markup is as small as can be.
"""

from collections.abc import Container, Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

from markupsafe import Markup, escape

from regulation.markup import grid, segments
from regulation.order import Alinea, Link, Section, Table
from regulation.topics import Topic, topics_by_section
from regulation.warnings import OrderWarning, sentence
from webapp.orders.ticks import Ticks, has_content

TopicsBySection: TypeAlias = dict[str, tuple[Topic, ...]]

FIRST_HEADING = 3
LAST_HEADING = 6
CONTENTS_DEPTH = 2

NOT_APPLICABLE = '<span class="text-mark">Non applicable</span>'
OFF_IN_CONTENTS = '<span class="visually-hidden"> (non applicable)</span>'
MODIFIED = '<span class="text-mark text-mark--modified">Texte modifié</span>'


def text_html(sections: Sequence[Section], topic: Topic | None, held: Container[str] | None = None) -> Markup:
    """Return the sections as HTML; with a topic, only what is about it (nothing when no section is).

    With `held`, the alineas that a person holds, there is something to tick.
    """
    ticks = None if held is None else Ticks(held, sections, topic)
    if topic is None:
        return Markup("".join(_sections(sections, 0, ticks)))  # noqa: S704  (texts are escaped where written)
    shown = topics_by_section(sections)
    return Markup("".join(_sections_about(sections, topic, shown, ticks)))  # noqa: S704


def alinea_html(alinea: Alinea) -> Markup:
    """Return one paragraph or table as HTML."""
    return Markup("".join(_alinea(alinea, "", "", is_off=False, is_marked=False)))  # noqa: S704


def contents_html(sections: Sequence[Section], topic: Topic | None) -> Markup:
    """Return the contents, two levels deep, as nested lists of links; empty where nothing is shown."""
    shown = topics_by_section(sections) if topic is not None else None
    return Markup("".join(_contents(sections, topic, shown, 1)))  # noqa: S704


def _contents(
    sections: Sequence[Section], topic: Topic | None, shown: TopicsBySection | None, depth: int
) -> Iterator[str]:
    kept = [section for section in _titled(sections) if shown is None or topic in shown[section.id]]
    if not kept:
        return
    yield "<ol>"
    for section in kept:
        item, said = ("<li>", "") if section.state.active else ('<li class="is-off">', OFF_IN_CONTENTS)
        yield f'{item}<a href="#s-{section.id}">{escape(section.title.strip())}{said}</a>'
        if depth < CONTENTS_DEPTH:
            yield from _contents(section.sections, topic, shown, depth + 1)
        yield "</li>"
    yield "</ol>"


def _titled(sections: Sequence[Section]) -> Iterator[Section]:
    """Give the sections that have a title; in the place of one without, those below it."""
    for section in sections:
        if section.title.strip():
            yield section
        else:
            yield from _titled(section.sections)


def _sections(sections: Sequence[Section], depth: int, ticks: Ticks | None) -> Iterator[str]:
    for section in sections:
        yield from _opening(section, depth, ticks)
        yield from _own_alineas(section, ticks)
        yield from _sections(section.sections, depth + 1, ticks)
        yield "</section>"


def _sections_about(
    sections: Sequence[Section],
    topic: Topic,
    shown: TopicsBySection,
    ticks: Ticks | None,
    above: Topic | None = None,
    depth: int = 0,
) -> Iterator[str]:
    """Give what is about a topic: paragraphs whose own topic it is, and the titles that lead to them."""
    for section in sections:
        if topic not in shown[section.id]:
            continue
        own = above or section.topic
        yield from _opening(section, depth, ticks)
        if (own or Topic.AUCUN) is topic:
            yield from _own_alineas(section, ticks)
        yield from _sections_about(section.sections, topic, shown, ticks, own, depth + 1)
        yield "</section>"


def _opening(section: Section, depth: int, ticks: Ticks | None) -> Iterator[str]:
    state = section.state
    classes = (
        "text-section" + ("" if state.active else " is-off") + (" is-modified" if state.modified else "")
    )
    yield f'<section class="{classes}" id="s-{section.id}">'
    title = section.title.strip()
    mark = "" if state.active else NOT_APPLICABLE
    if state.modified:
        mark += MODIFIED
    if title or mark:
        level = min(FIRST_HEADING + depth, LAST_HEADING)
        yield f"<h{level}>{escape(title)}{mark}</h{level}>"
        if ticks is not None:
            yield ticks.button(section.id, title)
    yield from _warnings(state.warnings)
    if state.previous is not None:
        yield '<details class="text-previous"><summary>Voir le texte d’origine</summary>'
        yield from _as_written(state.previous)
        yield "</details>"


def _warnings(warnings: Sequence[OrderWarning]) -> Iterator[str]:
    if warnings:
        yield '<ul class="text-warnings">'
        yield from (f"<li>{_sentence(warning)}</li>" for warning in warnings)
        yield "</ul>"


@lru_cache(maxsize=4096)
def _sentence(warning: OrderWarning) -> str:
    return str(escape(sentence(warning)))


def _own_alineas(section: Section, ticks: Ticks | None) -> Iterator[str]:
    active = section.state.active_alineas
    for index, alinea in enumerate(section.alineas):
        name = f"{section.id}_{index}"
        is_off = not active[index]
        tick = ticks.box(name, alinea) if ticks is not None and has_content(alinea) else ""
        is_marked = is_off and section.state.active
        yield from _alinea(alinea, f' id="a-{name}"', tick, is_off=is_off, is_marked=is_marked)


def _as_written(section: Section) -> Iterator[str]:
    """Give the text before a modification: no anchors, they belong to the text that applies."""
    if section.title.strip():
        yield f'<p class="text-previous__title">{escape(section.title.strip())}</p>'
    for alinea in section.alineas:
        yield from _alinea(alinea, "", "", is_off=False, is_marked=False)
    for child in section.sections:
        yield from _as_written(child)


def _alinea(alinea: Alinea, place: str, tick: str, *, is_off: bool, is_marked: bool) -> Iterator[str]:
    off = ' class="is-off"' if is_off else ""
    mark = NOT_APPLICABLE + " " if is_marked else ""
    if alinea.text.strip() or alinea.table is None:
        yield f"<p{place}{off}>{tick}{mark}{_linked(alinea.text, alinea.links)}</p>"
        place = tick = ""
    if alinea.table is not None:
        classes = "text-table is-off" if is_off else "text-table"
        if tick:
            # The box stands beside the table, which scrolls under it.
            yield f'<div{place} class="tick-table">{tick}'
        own = "" if tick else place
        yield f'<div{own} class="{classes}" tabindex="0" role="group" aria-label="Tableau">{mark}<table>'
        yield from _rows(alinea.table)
        yield "</table></div></div>" if tick else "</table></div>"


def _rows(table: Table) -> Iterator[str]:
    for row in grid(table):
        yield "<tr>"
        for cell in row:
            tag = (
                'th scope="col"' if cell.is_header and cell.cell.text.strip() else "td"
            )  # no heading says nothing
            spans = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
            if cell.rowspan > 1:
                spans += f' rowspan="{cell.rowspan}"'
            yield f"<{tag}{spans}>{_linked(cell.cell.text, cell.cell.links)}</{tag[:2]}>"
        yield "</tr>"


def _linked(text: str, links: Sequence[Link]) -> str:
    if not links:
        return str(escape(text.strip()))
    return "".join(_segment(segment.text, segment.href) for segment in segments(text, links))


def _segment(text: str, href: str) -> str:
    if not href:
        return str(escape(text))
    return f'<a href="{escape(href)}" rel="external noopener noreferrer">{escape(text)}</a>'
