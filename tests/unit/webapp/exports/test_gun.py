"""Points of control: limits, sources, articles, themes."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from etl.errors import SettingsError
from regulation.prescriptions import Source
from regulation.topics import Topic
from tests.sheets import SHEET, am_pick
from webapp.exports.gun import article, points
from webapp.exports.gun_themes import DEFAULT_FILE, read_themes
from webapp.exports.sheet import Grouping

THEMES = {
    Topic.RISQUES: "Risques accidentels",
    Topic.EAU: "Risques chroniques",
    Topic.AIR_ODEURS: "Risques chroniques",
    Topic.DECHETS: "Risques chroniques",
    Topic.BRUIT_VIBRATIONS: "Risques chroniques",
    Topic.DISPOSITIONS_GENERALES: "Situation administrative",
    Topic.FIN_EXPLOITATION: "Situation administrative",
    Topic.IMPLANTATION_AMENAGEMENT: "Autre",
    Topic.EXPLOITATION: "Autre",
    Topic.AUCUN: "Autre",
}


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("Article 2.1", "2.1"),
        ("ARTICLE 3", "3"),
        ("Annexe I > 2.8.", "I > 2.8."),
        ("Annexe", "Annexe"),
        ("Articles 2 et 3", "Articles 2 et 3"),
        ("Titre II > Article 4", "Titre II > Article 4"),
        ("", ""),
        ("Article =1", "'=1"),
    ],
)
def test_articles_drop_their_leading_word(reference, expected):
    assert article(reference) == expected


def test_every_topic_has_its_theme():
    themes = read_themes(DEFAULT_FILE)

    assert {topic: themes.of(topic) for topic in Topic} == THEMES
    assert themes.in_year(2026) == (
        "Actions nationales 2026", "Autre", "Élevage", "Illégaux", "Produits chimiques",
        "Risques accidentels", "Risques chroniques", "Situation administrative",
    )  # fmt: skip


def test_points_by_order():
    found = list(points(SHEET, Grouping.BY_ORDER, read_themes(DEFAULT_FILE)))

    assert [(point.name, point.source, point.dated_on, point.article, point.theme) for point in found] == [
        ("Règles d'implantation", "Arrêté Ministériel", date(2017, 4, 1), "2.1", "Risques accidentels"),
        ("Annexe I > 2.8.", "Arrêté Ministériel", date(2017, 4, 1), "I > 2.8.", "Risques chroniques"),
        ("Rejets", "Arrêté Préfectoral", date(2001, 2, 3), "4", "Autre"),
    ]
    assert found[0].paragraphs[0] == "– les stockages < 3 m & autres"
    assert found[0].paragraphs[-1] == "SO2 | – 20"


def test_points_by_topic():
    found = list(points(SHEET, Grouping.BY_TOPIC, read_themes(DEFAULT_FILE)))

    assert [point.theme for point in found] == ["Risques chroniques", "Risques accidentels", "Autre"]


def test_names_keep_within_75_characters_and_long_texts_go_on():
    long = am_pick("mot " * 20_000, name="- prescription très longue " * 5)
    sheet = replace(SHEET, picks=(long,))

    found = list(points(sheet, Grouping.BY_ORDER, read_themes(DEFAULT_FILE)))

    assert len(found) == 3
    assert {point.name for point in found} == {
        "– prescription très longue - prescription très longue - prescription très…"
    }
    assert all(len(point.name) <= 75 and sum(map(len, point.paragraphs)) <= 32_000 for point in found)
    assert sum(line.count("mot") for point in found for line in point.paragraphs) == 20_000


def test_topics_under_one_reference_are_points_of_their_own():
    picks = (am_pick("a"), am_pick("b", topic=Topic.EAU), am_pick("c"))

    found = list(points(replace(SHEET, picks=picks), Grouping.BY_ORDER, read_themes(DEFAULT_FILE)))

    assert [(point.theme, point.paragraphs) for point in found] == [
        ("Risques accidentels", ("a", "c")),
        ("Risques chroniques", ("b",)),
    ]


def test_an_order_that_nobody_named_bears_its_identifier():
    assert SHEET.order_of(Source.AM, "JORFTEXT1").title == "JORFTEXT1"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("nom;sujets\n", "line 1: the header must be `theme;sujets`"),
        ("theme;sujets\nAutre;EAU\nRisques;EAU\n", "line 3: the topic EAU has the theme « Autre » already"),
        ("theme;sujets\nAutre;POESIE\n", "line 2: « POESIE » is no topic"),
        ("theme;sujets\nAutre;\nAutre;\n", "line 3: the theme is given twice"),
        ("theme;sujets\n;EAU\n", "line 2: the theme is empty"),
        ("theme;sujets\nAutre\n", "line 2: 1 fields instead of 2"),
        ("theme;sujets\nRisques;\n", "the theme « Autre » has no line"),
        ("", "line 1: the header"),
    ],
)
def test_a_file_of_themes_that_cannot_be_used(tmp_path: Path, text: str, sentence: str):
    path = tmp_path / "themes.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError) as told:
        read_themes(path)

    assert sentence in str(told.value)
    assert str(path) in str(told.value)


def test_a_missing_file_of_themes(tmp_path: Path):
    with pytest.raises(SettingsError, match="cannot be read"):
        read_themes(tmp_path / "absent.csv")


def test_a_file_saved_by_a_spreadsheet_is_read(tmp_path: Path):
    path = tmp_path / "themes.csv"
    path.write_bytes('theme;sujets\r\n"Autre";"EAU AUCUN"\r\n\r\n'.encode("utf-8-sig"))

    assert read_themes(path).by_topic == {Topic.EAU: "Autre", Topic.AUCUN: "Autre"}
