"""Topics of sections."""

from __future__ import annotations

import pytest

from regulation.topics import Topic, sorted_topics, topics_by_section
from tests.unit.regulation import fictitious as f


def topics(*sections: f.Document) -> dict[str, list[str]]:
    found = topics_by_section(f.order(*sections).sections)
    return {name: [topic.value for topic in values] for name, values in found.items()}


def test_a_topic_holds_for_all_below() -> None:
    tree = f.section("A", f.section("B", f.section("C")), topic="EAU")
    assert topics(tree) == {"A": ["EAU"], "B": ["EAU"], "C": ["EAU"]}


def test_a_topic_above_prevails() -> None:
    assert topics(f.section("A", f.section("B", topic="RISQUES"), topic="EAU"))["B"] == ["EAU"]


def test_without_one_a_section_has_those_of_its_children() -> None:
    tree = f.section(
        "A",
        f.section("B", topic="RISQUES"),
        f.section("C", f.section("D", topic="EAU"), f.section("E", topic="RISQUES")),
        f.section("F"),
    )
    found = topics(tree)
    assert found["A"] == ["EAU", "RISQUES", "AUCUN"]
    assert found["C"] == ["EAU", "RISQUES"]
    assert found["F"] == ["AUCUN"]


def test_with_none_at_all_there_is_aucun() -> None:
    assert topics(f.section("A", f.section("B"))) == {"A": ["AUCUN"], "B": ["AUCUN"]}


def test_sections_come_in_the_order_of_the_text() -> None:
    assert list(topics(f.section("B", f.section("A"), f.section("D")), f.section("C"))) == [
        "B",
        "A",
        "D",
        "C",
    ]


def test_aucun_sorts_last_and_the_others_by_name() -> None:
    by_name = sorted(set(Topic) - {Topic.AUCUN}, key=lambda topic: topic.value)
    assert sorted_topics([*Topic, *Topic]) == (*by_name, Topic.AUCUN)


@pytest.mark.parametrize("topic", list(Topic))
def test_every_topic_has_a_french_name(topic: Topic) -> None:
    assert Topic(topic.value) is topic
    assert topic.label[0].isupper()
    assert "_" not in topic.label
