"""The demo department keeps its word: secrets of its own, a nomenclature of its own."""

import csv

from tests.house.sources import ROOT, all_files
from tests.leak_values import DEMO_CLASSEMENTS, hidden_values
from tests.s3ic_extraction import DEMO, LINES_FILE


def test_hidden_values_occur_nowhere_else() -> None:
    """Tests that hide values of their own may name some of these; nothing that is shown or shipped may."""
    for path in all_files():
        if path.parts[0] != "tests" and ROOT / path != DEMO_CLASSEMENTS:
            content = (ROOT / path).read_bytes()
            assert [value for value in hidden_values() if value.encode() in content] == [], path


def test_each_hidden_value_occurs_once_in_the_extraction() -> None:
    text = DEMO_CLASSEMENTS.read_text("utf-8")
    as_written = [value for value in hidden_values() if "/" not in value]
    assert [text.count(value) for value in as_written] == [1] * len(as_written)
    assert len(as_written) > 40


def test_the_nomenclature_knows_the_rubriques_of_the_extraction() -> None:
    with (DEMO.parent / "idf" / "classement_references.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    keys = [(row["rubrique"], row["alinea"], row["regime"]) for row in rows]
    assert keys == sorted(set(keys))
    with (DEMO / LINES_FILE).open(encoding="utf-8", newline="") as stream:
        in_force = {row["rubrique_envigueur"] for row in csv.DictReader(stream, delimiter=";")}
    old_nomenclature = {rubrique for rubrique in in_force if len(rubrique) < 4}
    assert in_force - old_nomenclature <= {row["rubrique"] for row in rows}
