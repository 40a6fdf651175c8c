"""The pages of orders against the engine: what a page shows is what the engine says, on real data.

For a sample of real installations, and those with a trait of their own, the page is read back as HTML and
compared section by section, paragraph by paragraph and cell by cell with the engine, which is asked directly:
orders from the archive, classements from the files of step 1.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from upath import UPath

from etl.database import Role, connect
from etl.s3ic import transform_icpe
from etl.settings import Settings
from etl.sync import apply_ams, apply_icpe
from regulation.applicability import ListedOrder, OrderIndex, parameters_for
from regulation.archive import read_orders
from regulation.classement import Classement, is_hidden
from regulation.inputs import read_classements
from regulation.order import Alinea, Order, Section, walk
from regulation.personalise import personalise
from regulation.prescriptions import addressable_alineas
from regulation.topics import Topic
from regulation.warnings import sentence
from tests.demo_site import site_settings
from tests.site_visits import visitor_of

pytestmark = [pytest.mark.postgres, pytest.mark.real_data]

SAMPLE = 16
MOST_ORDERS = 3  # orders compared on one page of the sample
MODIFIED = "JORFTEXT000034429274"


@dataclass(frozen=True)
class Truth:
    """What the engine is asked with: no page and no table of ours in between."""

    orders: Mapping[str, Order]
    index: OrderIndex
    classements: Mapping[str, Sequence[Classement]]

    def listed(self, site: str) -> list[ListedOrder]:
        """The list of an installation."""
        return self.index.list_orders(self.classements[site])

    def reading(self, site: str, cid: str) -> Order:
        """An order as it reads for an installation."""
        order = self.orders[cid]
        return personalise(order, parameters_for(order, self.classements[site]))


@pytest.fixture(scope="module")
def files(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("idf")
    raw = real_data / "s3ic"
    transform_icpe(
        establishments=UPath(raw / "s3ic-liste-etablissements.csv"),
        classements=UPath(raw / "sic-liste-rubriques.csv"),
        output=UPath(folder),
    )
    return folder


@pytest.fixture(scope="module")
def truth(real_data: Path, files: Path) -> Truth:
    orders = read_orders(real_data / "ams.zip")
    by_cid = {order.cid: order for order in orders}
    return Truth(by_cid, OrderIndex(orders), read_classements(files / "classements_idf.csv"))


@pytest.fixture(scope="module")
def visitor(new_database: Callable[..., Settings], real_data: Path, files: Path) -> Iterator[FlaskClient]:
    settings = site_settings(new_database())
    with connect(settings, Role.ETL) as connection:
        apply_icpe(connection, UPath(files), "idf")
    with connect(settings, Role.ETL) as connection:
        apply_ams(connection, UPath(real_data / "ams.zip"))
    yield from visitor_of(settings)


def page_of(visitor: FlaskClient, path: str) -> BeautifulSoup:
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    return BeautifulSoup(answer.text, "html5lib")


def plain(words: str) -> str:
    return " ".join(words.split())


def own_text(tag: Tag) -> str:
    """The text of an element without the marks that the page adds to it."""
    return plain("".join(part for part in tag.strings if not _is_mark(part.parent, tag)))


def _is_mark(part: Tag | None, end: Tag) -> bool:
    while part is not None and part is not end:
        if "text-mark" in part.get_attribute_list("class"):
            return True
        part = part.parent
    return False


def children(tag: Tag, selector: str) -> list[Tag]:
    return tag.select(f":scope > {selector}")


def is_off(tag: Tag) -> bool:
    return "is-off" in tag.get_attribute_list("class")


def is_marked(tag: Tag) -> bool:
    return bool(children(tag, ".text-mark"))


# ---- one order as the page has it, as values that compare with the engine's ----


def shown_section(tag: Tag) -> dict[str, object]:
    headings = [child for name in ("h3", "h4", "h5", "h6") for child in children(tag, name)]
    assert len(headings) <= 1
    return {
        "id": str(tag["id"]).removeprefix("s-"),
        "title": own_text(headings[0]) if headings else "",
        "active": not is_off(tag),
        "said inactive": "Non applicable" in headings[0].text if headings else False,
        "modified": "is-modified" in tag.get_attribute_list("class"),
        "warnings": [plain(item.text) for item in tag.select(":scope > ul.text-warnings > li")],
        "alineas": shown_alineas(tag),
        "previous": [previous_text(details) for details in children(tag, "details.text-previous")],
    }


def shown_alineas(tag: Tag) -> list[tuple[str, bool, bool, list[str]]]:
    """Each alinea: its id, whether it is active, whether it says otherwise itself, its texts."""
    found = []
    # A table that can be picked lies in a frame with its box, which has the name of the alinea.
    frames = children(tag, "div.tick-table")
    framed = [(frame, table) for frame in frames for table in children(frame, ".text-table")]
    bare = [(part, part) for kind in ("p", "div.text-table") for part in children(tag, kind)]
    for named, part in [*bare, *framed]:
        cells = [own_text(cell) for cell in part.select("td, th")] if part.name == "div" else [own_text(part)]
        found.append((str(named.get("id", "")).removeprefix("a-"), not is_off(part), is_marked(part), cells))
    return sorted(found, key=lambda alinea: int(alinea[0].rpartition("_")[2] or -1))


def previous_text(details: Tag) -> str:
    words = [own_text(part) for part in details.select("p, td, th")]
    return plain(" ".join(words))


# ---- the same, as the engine has it ----


def said_section(section: Section) -> dict[str, object]:
    state = section.state
    return {
        "id": section.id,
        "title": plain(section.title),
        "active": state.active,
        "said inactive": not state.active,
        "modified": state.modified,
        "warnings": [plain(sentence(warning)) for warning in state.warnings],
        "alineas": said_alineas(section),
        "previous": [as_written(state.previous)] if state.previous is not None else [],
    }


def said_alineas(section: Section) -> list[tuple[str, bool, bool, list[str]]]:
    flags = zip(section.alineas, section.state.active_alineas, strict=True)
    return [
        (f"{section.id}_{index}", active, not active and section.state.active, texts_of(alinea))
        for index, (alinea, active) in enumerate(flags)
    ]


def texts_of(alinea: Alinea) -> list[str]:
    if alinea.table is None:
        return [plain(alinea.text)]
    return [plain(cell.text) for row in alinea.table.rows for cell in row.cells]


def as_written(section: Section) -> str:
    words = [section.title, *(text for alinea in section.alineas for text in texts_of(alinea))]
    return plain(" ".join([*words, *(as_written(child) for child in section.sections)]))


# ---- samples ----


def sample(sites: Iterable[str], size: int = SAMPLE) -> list[str]:
    """Some of the sites, at equal distances."""
    found = sorted(sites)
    return [found[number * len(found) // size] for number in range(size)]


def sites_with(truth: Truth, holds: Callable[[ListedOrder], bool]) -> list[str]:
    return [site for site in truth.classements if any(map(holds, truth.listed(site)))]


def compare(page: BeautifulSoup, truth: Truth, site: str, cid: str) -> int:
    article = page.select_one(f"article#{cid}")
    assert article is not None
    said = [said_section(section) for section in walk(truth.reading(site, cid).sections)]
    shown = [shown_section(tag) for tag in article.select("section.text-section")]
    for ours, engine in zip(shown, said, strict=True):
        assert ours == engine, (site, cid)
    return sum(not section["active"] or bool(section["modified"]) for section in said)


def address(site: str, cids: Sequence[str], **arguments: str) -> str:
    return f"/installations/{site}/arretes?{urlencode({'am': cids, **arguments}, doseq=True)}"


def test_lists_are_those_of_the_engine(visitor: FlaskClient, truth: Truth) -> None:
    masked = [site for site in truth.classements if truth.index.undetermined_orders(truth.classements[site])]
    inapplicable = sites_with(truth, lambda line: not line.applicable)
    for site in {*sample(truth.classements), *sample(masked, 8), *sample(inapplicable, 8)}:
        page = page_of(visitor, f"/installations/{site}")
        lines = page.select(".orders .orders__list > li.order:not(.orders__fold li)")
        shown = {
            str(line.select_one("input")["value"]): (  # type: ignore[index]
                line.select_one("input[checked]") is not None,
                [plain(reason.text) for reason in line.select(".order__reasons > li")],
            )
            for line in lines
        }
        listed = truth.listed(site)
        assert shown == {
            line.order.cid: (line.applicable, [plain(sentence(warning)) for warning in line.warnings])
            for line in listed
        }, site
        assert list(shown)[: sum(line.applicable for line in listed)] == [
            line.order.cid for line in listed if line.applicable
        ]
        off = {str(line.select_one("input")["value"]) for line in page.select(".order--off")}  # type: ignore[index]
        has_masked = site in masked
        assert off == {
            line.order.cid
            for line in listed
            if not line.applicable and not (has_masked and touches_47(line.order))
        }


def touches_47(order: Order) -> bool:
    return any(is_hidden(binding.rubrique) for binding in order.bindings)


def test_what_masked_lines_leave_open_is_never_called_inapplicable(
    visitor: FlaskClient, truth: Truth
) -> None:
    """A masked line may be of a rubrique that makes the order apply."""
    found = [
        (site, line.order.cid)
        for site in sorted(truth.classements)
        if truth.index.undetermined_orders(truth.classements[site])
        for line in truth.listed(site)
        if not line.applicable and touches_47(line.order)
    ]
    assert found
    for site, cid in found[:3]:
        sheet, page = page_of(visitor, f"/installations/{site}"), page_of(visitor, address(site, [cid]))
        line = next(item for item in sheet.select("li.order") if item.select(f'input[value="{cid}"]'))
        assert "À vérifier" in line.text
        assert "n’est pas applicable à l’installation" not in page.text
        assert "Il peut être applicable" in plain(page.select_one(f"article#{cid}").text)  # type: ignore[union-attr]


def test_texts_are_those_of_the_engine(visitor: FlaskClient, truth: Truth) -> None:
    changed = 0
    for site in sample(sites_with(truth, lambda line: line.applicable)):
        cids = [line.order.cid for line in truth.listed(site)][:MOST_ORDERS]
        page = page_of(visitor, address(site, cids))
        assert [str(article["id"]) for article in page.select("article.text")] == cids
        changed += sum(compare(page, truth, site, cid) for cid in cids)
    assert changed, "the sample has no section that an installation changes"


def site_where(truth: Truth, holds: Callable[[Section], bool], cid: str | None = None) -> tuple[str, str]:
    """The first installation and order whose reading has a section of which something holds."""
    for site in sorted(truth.classements):
        for line in truth.listed(site):
            if cid in (None, line.order.cid):
                reading = truth.reading(site, line.order.cid)
                if any(map(holds, walk(reading.sections))):
                    return site, line.order.cid
    pytest.fail("no installation reads so")


KINDS: dict[str, tuple[Callable[[Section], bool], str | None]] = {
    "modified section": (lambda section: section.state.modified, MODIFIED),
    "some alineas inactive": (
        lambda section: section.state.active and not all(section.state.active_alineas),
        None,
    ),
    "several warnings": (lambda section: len(section.state.warnings) > 1, None),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_change_shows(visitor: FlaskClient, truth: Truth, kind: str) -> None:
    site, cid = site_where(truth, *KINDS[kind])
    compare(page_of(visitor, address(site, [cid])), truth, site, cid)


def test_a_topic_shows_its_alineas_and_no_other(visitor: FlaskClient, truth: Truth) -> None:
    site, cid = site_where(truth, KINDS["modified section"][0], MODIFIED)
    alineas = list(addressable_alineas(truth.reading(site, cid)))
    for topic in Topic:
        if topic is not Topic.AUCUN:
            page = page_of(visitor, address(site, [cid], theme=topic.value))
            shown = {str(part["id"]).removeprefix("a-") for part in page.select("article [id^='a-']")}
            assert shown == {alinea.alinea_id for alinea in alineas if alinea.topic is topic}, topic
