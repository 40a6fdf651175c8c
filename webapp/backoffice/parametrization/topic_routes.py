"""The page of the topics of an order: one choice for each section, all saved at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from etl.am_documents import Document
from regulation.editing.drafts import raw_sections
from regulation.editing.topic_edits import TOPICS, TopicClash, topic_clashes, topic_of, with_topics
from regulation.topics import Topic
from webapp.backoffice.access import may, needs, signed_in
from webapp.backoffice.held import MEANWHILE, based_on, held_order
from webapp.backoffice.routes import blueprint
from webapp.backoffice.store import Edit, EditedMeanwhileError, StoredOrder, read_order, save

PREFIX = "theme."


@dataclass(frozen=True, slots=True)
class TopicSection:
    """A section with its own topic and the one that holds for it from above; empty where there is none.

    `offered` are the topics to choose from; `clashes` name the sections that forbid its topic.
    """

    id: str
    title: str
    topic: str
    inherited: str
    has_text: bool
    offered: Sequence[Topic]
    clashes: Sequence[Document]
    sections: "Sequence[TopicSection]"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many sections that have a text of their own have a topic, of how many."""

    covered: int
    total: int

    @property
    def share(self) -> float:
        """Return the share, 1 where there is no text."""
        return self.covered / self.total if self.total else 1.0


@blueprint.get("/arretes/<cid>/themes")
@needs("reader")
def topics(cid: str) -> Response:
    """Show the topics of the sections of an order."""
    held = held_order(cid)
    return _page(held, held.document)


@blueprint.post("/arretes/<cid>/themes")
@needs("editor")
def save_topics(cid: str) -> Response | BaseResponse:
    """Save the topics as a new version, unless somebody was quicker or two would be above one another."""
    held = held_order(cid)
    if based_on() != held.version:
        return _late_page(held)
    changed = _changed(held.document, _typed())
    document = with_topics(held.document, changed)
    clashes = topic_clashes(document, changed)
    if clashes:
        return _page(held, document, clashes, status=422)
    count = len(changed)
    comment = f"{count} section{'s' if count > 1 else ''}"
    try:
        number = save(cid, based_on(), document, held.metadata, Edit(signed_in().id, "topics", comment))
    except EditedMeanwhileError:
        return _late_page(held_order(cid))
    done = "themes" if number != held.version else "inchange"
    return redirect(url_for("backoffice.topics", cid=cid, fait=done), 303)


def _late_page(held: StoredOrder) -> Response:
    """Show what the editor changed, and that alone, on top of what somebody else saved."""
    before = read_order(held.cid, based_on())
    changed = _changed(before.document, _typed()) if before else {}
    document = with_topics(held.document, changed)
    return _page(held, document, message=MEANWHILE.format(held.version), status=409)


def _typed() -> dict[str, str]:
    """Return the topics chosen on the page, by section; what is no topic is passed over."""
    known = {"", *TOPICS}
    return {
        name.removeprefix(PREFIX): value
        for name, value in request.form.items()
        if name.startswith(PREFIX) and value in known
    }


def _changed(document: Document, typed: Mapping[str, str]) -> dict[str, str]:
    """Return the choices that differ from what sections have."""
    return {
        section["id"]: typed[section["id"]]
        for section in raw_sections(document["sections"])
        if section["id"] in typed and typed[section["id"]] != topic_of(section)
    }


def _page(
    held: StoredOrder,
    document: Document,
    clashes: Iterable[TopicClash] = (),
    *,
    message: str = "",
    status: int = 200,
) -> Response:
    against: dict[str, list[Document]] = {}
    for clash in clashes:
        against.setdefault(clash.above["id"], []).append(clash.below)
        against.setdefault(clash.below["id"], []).append(clash.above)
    sections = _sections(document["sections"], "", against)
    covered = list(_is_covered(sections))
    page = render_template(
        "backoffice/parametrization/topics.html",
        held=held,
        sections=sections,
        coverage=Coverage(sum(covered), len(covered)),
        labels={topic.value: topic.label for topic in Topic},
        has_clashes=bool(against),
        message=message,
        done=request.args.get("fait", "") if status == 200 else "",
        is_editor=may(signed_in(), "editor"),
    )
    return make_response(page, status)


def _sections(
    sections: Iterable[Document], inherited: str, against: Mapping[str, Sequence[Document]]
) -> list[TopicSection]:
    shown = []
    for section in sections:
        topic = topic_of(section)
        own = (*TOPICS, Topic.AUCUN) if topic == Topic.AUCUN else TOPICS
        below = _sections(section["sections"], inherited or topic, against)
        title = section["title"]["text"].strip() or "(sans titre)"
        has_text = bool(section["outer_alineas"])
        clashes = against.get(section["id"], ())
        shown.append(TopicSection(section["id"], title, topic, inherited, has_text, own, clashes, below))
    return shown


def _is_covered(sections: Iterable[TopicSection]) -> Iterator[bool]:
    for section in sections:
        if section.has_text:
            yield bool(section.topic or section.inherited)
        yield from _is_covered(section.sections)
