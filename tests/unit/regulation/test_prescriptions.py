"""Addressable alineas, and the grouping of picks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.condition_file import read_parameters
from regulation.order import Table
from regulation.personalise import personalise
from regulation.prescriptions import (
    Pick,
    Source,
    addressable_alineas,
    group_by_order,
    group_by_topic,
    rank_key,
    variant_alineas,
)
from regulation.topics import Topic
from tests.unit.regulation import fictitious as f

TABLE = {"text": "", "table": {"rows": [{"is_header": False, "cells": []}]}}


def test_alineas_are_numbered_by_their_path() -> None:
    deep = f.section("D", alineas=["x", TABLE])
    order = f.order(
        f.section("A", alineas=[]), f.section("B", f.section("C", deep, topic="EAU"), alineas=["y"])
    )
    found = list(addressable_alineas(order))
    assert [(alinea.alinea_id, alinea.rank) for alinea in found] == [
        ("B_0", "1.0"),
        ("C_0", "1.0.0"),
        ("D_0", "1.0.0.0"),
        ("D_1", "1.0.0.1"),
    ]
    assert [alinea.topic for alinea in found] == [Topic.AUCUN, Topic.EAU, Topic.EAU, Topic.EAU]
    assert [type(alinea.content) for alinea in found] == [str, str, str, Table]
    assert found[2].reference.number == "Article D"
    assert len({alinea.rank for alinea in found}) == len(found)


def test_in_a_modified_section_the_alinea_is_the_modified_text() -> None:
    child = f.new_section("N2", title="1.1. Neuf", alineas=["Sous."])
    new = f.new_section("N1", child, title="Neuf", alineas=["Neuf un.", "Neuf deux."])
    rule = f.modification(f.eq("regime", "A"), new)
    order = f.order(f.section("A", alineas=["Ancien."], topic="EAU", modifications=[rule]), f.section("B"))
    found = list(addressable_alineas(personalise(order, read_parameters({"regime": "A"}))))
    told = [(alinea.alinea_id, alinea.content, alinea.modified, alinea.reference.number) for alinea in found]
    assert told == [
        ("A_0", "Neuf un.", True, "Article A"),
        ("A_1", "Neuf deux.", True, "Article A"),
        ("N2_0", "Sous.", True, "Article A"),
        ("B_0", "Alinéa de B.", False, "Article B"),
    ]
    assert [alinea.topic for alinea in found[:3]] == [Topic.EAU] * 3


def test_a_variant_is_addressed_as_it_is_once_it_is_read() -> None:
    child = f.new_section("N2", title="Sous", alineas=["Sous."])
    new = f.new_section("N1", child, title="Neuf", alineas=["Neuf un.", "Neuf deux."])
    other = f.new_section("N3", title="Autre", alineas=["Autre."])
    rules = [f.modification(f.eq("regime", "A"), new), f.modification(f.eq("regime", "E"), other)]
    below = f.section("B", f.section("A", alineas=["Ancien."], modifications=rules), topic="EAU")
    order = f.order(f.section("Z"), below)

    read = [
        alinea
        for regime in ("A", "E")
        for alinea in addressable_alineas(personalise(order, read_parameters({"regime": regime})))
        if alinea.modified
    ]

    assert list(variant_alineas(order)) == read
    assert [alinea.rank for alinea in read] == ["1.0.0", "1.0.1", "1.0.0.0", "1.0.0"]
    assert {alinea.topic for alinea in read} == {Topic.EAU}
    assert list(variant_alineas(f.order(f.section("A")))) == []


def test_inactive_alineas_say_so() -> None:
    rule = f.inapplicability(f.eq("regime", "A"), [1])
    order = f.order(f.section("A", alineas=["Un.", "Deux."], inapplicabilities=[rule]))
    reading = personalise(order, read_parameters({"regime": "A"}))
    assert [alinea.active for alinea in addressable_alineas(reading)] == [True, False]


@pytest.mark.parametrize(("lower", "higher"), [("2.9", "2.10"), ("2", "2.0"), ("", "0"), ("1.9.9", "2")])
def test_ranks_compare_number_by_number(lower: str, higher: str) -> None:
    assert rank_key(lower) < rank_key(higher)


def pick(source: Source, order_id: str, reference: str, rank: str = "", topic: Topic = Topic.AUCUN) -> Pick:
    return Pick(source, order_id, reference, name=f"Nom {reference}", rank=rank, topic=topic, key=rank)


AM, AP = Source.AM, Source.AP


def shape(picks: list[Pick]) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    return [
        (
            group.order_id,
            [(part.reference, [found.rank for found in part.picks]) for part in group.references],
        )
        for group in group_by_order(picks)
    ]


def test_ams_come_before_aps_in_the_order_they_were_first_picked() -> None:
    picks = [
        pick(AP, "ap2", "1"),
        pick(AM, "am2", "1"),
        pick(AP, "ap1", "1"),
        pick(AM, "am1", "1"),
        pick(AM, "am2", "2"),
    ]
    assert [group.order_id for group in group_by_order(picks)] == ["am2", "am1", "ap2", "ap1"]


def test_inside_an_order_ranks_decide_and_references_gather() -> None:
    picks = [
        pick(AM, "am", "Article 2", "2.10"),
        pick(AM, "am", "Article 1", "1.0"),
        pick(AM, "am", "Article 2", "2.9"),
        pick(AM, "am", "Article 3", "2.9.1"),
    ]
    assert shape(picks) == [
        ("am", [("Article 1", ["1.0"]), ("Article 2", ["2.9", "2.10"]), ("Article 3", ["2.9.1"])]),
    ]


def test_picks_of_an_ap_keep_the_order_they_were_made_in() -> None:
    picks = [pick(AP, "ap", "Article 9"), pick(AP, "ap", "Article 2"), pick(AP, "ap", "Article 9")]
    assert shape(picks) == [("ap", [("Article 9", ["", ""]), ("Article 2", [""])])]


def test_an_am_and_an_ap_never_mix() -> None:
    assert len(group_by_order([pick(AM, "x", "1"), pick(AP, "x", "1")])) == 2


def test_by_topic_aucun_comes_last() -> None:
    picks = [
        pick(AP, "ap", "1"),
        pick(AM, "am", "2", "2.0", Topic.RISQUES),
        pick(AM, "am", "1", "1.0", Topic.EAU),
        pick(AM, "am", "3", "3.0", Topic.RISQUES),
    ]
    found = group_by_topic(picks)
    assert [topic for topic, _ in found] == [Topic.EAU, Topic.RISQUES, Topic.AUCUN]
    assert [part.reference for part in found[1][1][0].references] == ["2", "3"]


picks_of_any_kind = st.builds(
    pick,
    st.sampled_from(list(Source)),
    st.sampled_from(["x", "y"]),
    st.sampled_from(["1", "2"]),
    st.sampled_from(["", "1.2", "1.10", "2"]),
    st.sampled_from([Topic.EAU, Topic.AUCUN]),
)


@given(st.lists(picks_of_any_kind, max_size=12))
def test_grouping_loses_and_invents_nothing(picks: list[Pick]) -> None:
    by_order = [found for group in group_by_order(picks) for part in group.references for found in part.picks]
    assert sorted(map(id, by_order)) == sorted(map(id, picks))
    by_topic = [
        found
        for _, groups in group_by_topic(picks)
        for group in groups
        for part in group.references
        for found in part.picks
    ]
    assert sorted(map(id, by_topic)) == sorted(map(id, picks))
