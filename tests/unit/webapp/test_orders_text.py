"""The text of an order as HTML: every state of a section and of an alinea, and nothing taken for markup."""

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from regulation.condition_file import read_parameters
from regulation.order import Order
from regulation.personalise import personalise
from regulation.topics import Topic
from tests.unit.regulation import fictitious as f
from webapp.orders.text import contents_html, text_html

AT_A = f.eq("regime", "A")


def cell(text: str, colspan: int = 1, rowspan: int = 1) -> dict[str, Any]:
    return {"content": {"text": text}, "colspan": colspan, "rowspan": rowspan}


HEADER = {"is_header": True, "cells": [cell("Paramètre", rowspan=2), cell("Limite", colspan=2)]}
LINE = {"is_header": False, "cells": [cell("jour"), cell("an", rowspan=9)]}
TABLE = {"text": "Valeurs limites :", "table": {"rows": [HEADER, LINE]}}


def read(*sections: f.Document) -> Order:
    """The order as it reads for an installation under autorisation."""
    return personalise(f.order(*sections), read_parameters({"regime": "A"}))


def text_of(*sections: f.Document, topic: Topic | None = None) -> BeautifulSoup:
    return BeautifulSoup(text_html(read(*sections).sections, topic), "html5lib")


def contents_of(*sections: f.Document, topic: Topic | None = None) -> list[Any]:
    """The contents as nested lists of (target, whether it is struck)."""
    page = BeautifulSoup(contents_html(read(*sections).sections, topic), "html5lib")
    top = page.select_one("body > ol")
    return [] if top is None else _items(top)


def _items(found: Tag) -> list[Any]:
    items: list[Any] = []
    for item in found.select(":scope > li"):
        link = item.select_one(":scope > a")
        assert link is not None
        is_off = "is-off" in item.get_attribute_list("class")
        assert is_off == ("(non applicable)" in link.text)
        items.append((str(link["href"]), is_off))
        below = item.select_one(":scope > ol")
        if below is not None:
            items.append(_items(below))
    return items


def by_id(page: BeautifulSoup, name: str) -> Tag:
    found = page.find(id=name)
    assert isinstance(found, Tag), name
    return found


def classes(tag: Tag) -> list[str]:
    return [name for name in tag.get_attribute_list("class") if name]


def test_a_section_falls_away_without_those_below_it() -> None:
    rule = f.inapplicability(AT_A, below=False)
    page = text_of(f.section("A", f.section("B"), inapplicabilities=[rule]))

    above, below = by_id(page, "s-A"), by_id(page, "s-B")
    assert "is-off" in classes(above)
    assert "is-off" not in classes(below)
    assert "Non applicable" in above.select_one("h3").text  # type: ignore[union-attr]
    assert "Non applicable" not in below.text
    assert classes(by_id(page, "a-A_0")) == ["is-off"]
    assert not by_id(page, "a-A_0").select(".text-mark")  # the title says it for all of them
    assert not classes(by_id(page, "a-B_0"))


def test_some_alineas_fall_away_and_say_so_themselves() -> None:
    rule = f.inapplicability(AT_A, [1])
    section = f.section("A", alineas=["Un.", "Deux.", TABLE], inapplicabilities=[rule])
    page = text_of(section)

    assert "is-off" not in classes(by_id(page, "s-A"))
    assert [classes(by_id(page, f"a-A_{index}")) for index in range(3)] == [[], ["is-off"], []]
    assert by_id(page, "a-A_1").text == "Non applicable Deux."
    assert "L'alinéa 2 de cette section n'est pas applicable" in by_id(page, "s-A").select("li")[0].text


def test_a_modified_section_keeps_its_original_beside_it() -> None:
    new = f.new_section("N", title="Titre neuf", alineas=["Texte neuf."])
    page = text_of(
        f.section("A", f.section("B"), alineas=["Ancien."], modifications=[f.modification(AT_A, new)])
    )

    section = by_id(page, "s-A")
    assert "Texte modifié" in section.select_one("h3").text  # type: ignore[union-attr]
    assert by_id(page, "a-A_0").text == "Texte neuf."
    original = section.select_one("details")
    assert original is not None
    assert "Voir le texte d’origine" in original.text
    assert "Article A" in original.text
    assert "Ancien." in original.text
    assert "Alinéa de B." in original.text
    assert not original.select("[id]")  # its places belong to the text that applies


def test_a_table_has_its_grid_and_its_own_text() -> None:
    page = text_of(f.section("A", alineas=[TABLE]))

    assert by_id(page, "a-A_0").text == "Valeurs limites :"
    rows = page.select("tr")
    assert [(c.name, c.get("colspan"), c.get("rowspan"), c.text) for c in rows[0].select("th, td")] == [
        ("th", None, "2", "Paramètre"),
        ("th", "2", None, "Limite"),
    ]
    # A span that leaves the table is cut at its last row.
    assert [(c.name, c.get("rowspan")) for c in rows[1].select("th, td")] == [("td", None), ("td", None)]


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "a < b & c", '"><img src=x>'])
def test_nothing_of_an_order_is_taken_for_markup(hostile: str) -> None:
    table = {"text": "", "table": {"rows": [{"is_header": False, "cells": [cell(hostile)]}]}}
    link = {"target": 'https://example.org/"><script>', "position": 0, "content_size": len(hostile)}
    alineas = [hostile, table, {"text": hostile, "links": [link]}]
    section = f.section("A", title=hostile, alineas=alineas, warnings=[hostile])
    page = text_of(section)

    assert not page.select("script, img")
    shown = [by_id(page, f"a-A_{index}").text for index in range(3)]
    assert shown == [hostile] * 3
    assert page.select_one("h3").text == hostile  # type: ignore[union-attr]
    assert page.select_one("li").text == hostile  # type: ignore[union-attr]
    assert [str(a["href"]).startswith("https://") for a in page.select("a")] in ([], [True])
    assert contents_of(section) == [("#s-A", False)]


def test_contents_go_two_levels_deep_and_say_what_falls_away() -> None:
    rule = f.inapplicability(AT_A)
    deep = f.section("C", f.section("D"), inapplicabilities=[rule])
    assert contents_of(f.section("A", f.section("B"), deep), f.section("E")) == [
        ("#s-A", False),
        [("#s-B", False), ("#s-C", True)],
        ("#s-E", False),
    ]


def test_contents_pass_through_a_section_without_title() -> None:
    inside = f.section("B", f.section("C", f.section("D")))
    assert contents_of(f.section("A", inside, title=" ")) == [("#s-B", False), [("#s-C", False)]]
    assert contents_of(f.section("A", title="")) == []


def test_a_topic_leaves_its_alineas_and_the_titles_that_lead_to_them() -> None:
    water = f.section("B", f.section("C"), topic="EAU")
    noise = f.section("D", topic="BRUIT_VIBRATIONS")
    order = f.section("A", water, noise, alineas=["Sans thème."], warnings=["Attention."])

    page = text_of(order, topic=Topic.EAU)

    assert [tag["id"] for tag in page.select("section")] == ["s-A", "s-B", "s-C"]
    assert [tag["id"] for tag in page.select("[id^='a-']")] == ["a-B_0", "a-C_0"]
    assert "Attention." in page.text  # what is said of a section also concerns those below it
    assert contents_of(order, topic=Topic.EAU) == [("#s-A", False), [("#s-B", False)]]
    assert not text_html(read(order).sections, Topic.DECHETS)
    assert not contents_html(read(order).sections, Topic.DECHETS)
