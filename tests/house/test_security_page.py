"""The list of docs/security.md is whole, and what it names is there."""

import re
from collections import Counter

from tests.house.sources import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| V(\d+\.\d+)\.(\d+)(?:–(\d+))? \|(.*)\|$", re.MULTILINE)
CHAPTER = re.compile(
    r"^\| (\d+) [^|]+\|([^|]+)\| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE
)
SECTION = re.compile(r"(\d+\.\d+): (\d+)")
NAMED = re.compile(r"`((?:[\w.-]+/)*[\w.-]+)(?:::(test_\w+))?`")
MET = PAGE.partition("\n## Met\n")[2]
# Requirements of levels 1 and 2 in OWASP ASVS 5.0.0.
LEVEL_1, LEVEL_2 = 70, 183


def listed():
    """Return every requirement of the rows, as often as it is there."""
    return [
        f"{section}.{number}"
        for section, first, last, _ in ROW.findall(PAGE)
        for number in range(int(first), int(last or first) + 1)
    ]


def wanted():
    """Return every requirement that the numbers by section say."""
    return {
        f"{section}.{number}"
        for chapter in CHAPTER.findall(PAGE)
        for section, count in SECTION.findall(chapter[1])
        for number in range(1, int(count) + 1)
    }


def test_every_requirement_is_there_once():
    counted = Counter(listed())

    assert len(wanted()) == LEVEL_1 + LEVEL_2
    assert sorted(counted) == sorted(wanted())
    assert [each for each, times in counted.items() if times > 1] == []


def test_the_numbers_are_those_of_the_rows():
    chapters = CHAPTER.findall(PAGE)
    rows = {name: Counter() for name in ("Not met", "Does not apply", "Met")}
    for name, counts in rows.items():
        text = PAGE.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        for section, first, last, _ in ROW.findall(text):
            counts[section.partition(".")[0]] += int(last or first) - int(first) + 1

    assert sum(int(chapter[2]) for chapter in chapters) == LEVEL_1
    assert sum(int(chapter[3]) for chapter in chapters) == LEVEL_2
    for number, sections, first_level, second_level, met, not_met, idle in chapters:
        total = sum(int(count) for _, count in SECTION.findall(sections))
        assert total == int(first_level) + int(second_level) == int(met) + int(not_met) + int(idle)
        found = tuple(rows[name][number] for name in ("Met", "Not met", "Does not apply"))
        assert found == (int(met), int(not_met), int(idle)), number


def test_what_is_met_names_a_place_and_a_test():
    without = [
        f"{section}.{number}"
        for section, number, _, rest in ROW.findall(MET)
        if "`tests/" not in rest.split("|")[-1] or "`" not in rest.split("|")[1]
    ]

    assert without == []


def test_every_file_and_test_is_there():
    lost = []
    for path, test in NAMED.findall(MET):
        place = ROOT / path
        if "/" not in path and not path.endswith((".in", ".txt", ".toml", ".yaml")):
            continue
        if not place.exists() or (test and f"def {test}(" not in place.read_text(encoding="utf-8")):
            lost.append(f"{path}::{test}")

    assert lost == []
