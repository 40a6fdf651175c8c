"""Small modules, small functions, names that say their subject."""

import statistics

from tests.house.sources import CODE, ROOT, all_files, functions, length, python_files

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
MEDIAN_FUNCTION = 15
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}
EVERYTHING = python_files(*CODE, "tests")


def test_modules_have_one_subject():
    lines = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in EVERYTHING}

    assert {path: count for path, count in lines.items() if count > LONGEST_MODULE} == {}


def test_functions_can_be_read_at_a_glance():
    lengths = {f"{path}:{node.name}": length(node) for path in EVERYTHING for node in functions(path)}

    assert {name: count for name, count in lengths.items() if count > LONGEST_FUNCTION} == {}


def test_half_of_the_functions_are_short():
    lengths = [length(node) for path in python_files(*CODE) for node in functions(path)]

    assert statistics.median(lengths) < MEDIAN_FUNCTION


def test_names_say_their_subject():
    empty = [
        str(path) for path in all_files() if EMPTY_NAMES & {part.partition(".")[0] for part in path.parts}
    ]

    assert empty == []
