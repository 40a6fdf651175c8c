"""Text is made clean without losing a word, and a text layer is judged by what it says."""

import pytest

from etl.ocr.page_text import join_cut_words, restore_points, tidy_text, trouble_with

ORDER = (
    "Vu le code de l'environnement, notamment le titre premier du livre cinquième ; considérant que les"
    " installations de la société sont soumises aux prescriptions du présent arrêté ; sur proposition du"
    " secrétaire général."
)
SUBSTANCES = (
    "Cadmium 1388 Chloroforme 1135 Chrome 1389 Cuivre 1392 Mercure 1387 Nickel 1386 Plomb 1382 Zinc 1383"
    " Arsenic 1369 Naphtalène 1517 Toluène 1278 Benzène 1114 Aldrine 1103 Fluoranthène 1191 Atrazine 1107"
)


def moved(text: str, by: int) -> str:
    """Return a text whose letters are those that lie so many places further: a font with a wrong map."""
    return "".join(chr(ord(char) + by) if char.isalpha() else char for char in text)


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        ("les installa-\ntions classées", "les installations\n classées"),
        ("les sous-\nproduits animaux", "les sous-produits\n animaux"),
        ("peut-\nêtre exploité", "peut-être\n exploité"),
        ("la co-\nincinération", "la co-incinération\n"),
        ("instal\ufffelation", "installation"),
        ("ci\ufffeaprès", "ci-après"),
        ("instal\u00ad\nlation", "installation\n"),
        ("Seine-\nMaritime", "Seine-\nMaritime"),
        ("article 12-\nbis", "article 12-bis\n"),
        ("- premier\n- second", "- premier\n- second"),
        ("voir 3 -\nsuite", "voir 3 -\nsuite"),
    ],
)
def test_words_cut_at_the_end_of_a_line_are_made_whole(cut: str, whole: str) -> None:
    assert join_cut_words(cut) == whole


@pytest.mark.parametrize(
    ("read", "restored"),
    [
        ("l'article R181-46 du code", "l'article R. 181-46 du code"),
        ("articles L181-3 et L511-1", "articles L. 181-3 et L. 511-1"),
        ("R:181-45", "R. 181-45"),
        ("D 181-15-2", "D. 181-15-2"),
        ("R.181-46 et L. 514-6", "R.181-46 et L. 514-6"),
        ("le R134a, le R22 et le R410", "le R134a, le R22 et le R410"),
        ("la parcelle AR181-4", "la parcelle AR181-4"),
        ("le lot L12-3", "le lot L12-3"),
    ],
)
def test_the_point_of_an_article_of_a_code_is_put_back(read: str, restored: str) -> None:
    assert restore_points(read) == restored


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Arre\u0302te\u0301\r\ndu préfet\r\n", "Arrêté\ndu préfet"),
        ("une page\fet un saut", "une pageet un saut"),
        ("fin de ligne   \nsuite\x00", "fin de ligne\nsuite"),
        ("\n\n  décalé\n\n", "  décalé"),
        ("cellule\tsuivante", "cellule\tsuivante"),
        ("", ""),
    ],
)
def test_tidy_text(raw: str, clean: str) -> None:
    assert tidy_text(raw) == clean


@pytest.mark.parametrize(
    "text",
    [
        ORDER,
        ORDER.upper(),
        "12",
        "Page 3 sur 14",
        "",
        "ANNEXE 2 : plan de masse",
        SUBSTANCES,
        "The operator shall keep the records of the measurements at the disposal of the inspectors.",
        "0,1 mg/l 35 mg/l 20 kg/j 8,5 30 °C 125 mg/l 40 kg/j 10 mg/l 5 kg/j " * 6,
    ],
)
def test_a_text_that_can_be_used_has_no_trouble(text: str) -> None:
    assert trouble_with(text) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("\ufffd" * 40 + "arrêté", "no meaning"),
        ("".join(chr(0xE000 + ord(char)) if char.isalpha() else char for char in ORDER), "no meaning"),
        (moved(ORDER, 3), "does not read like French"),
        (moved(ORDER.upper(), 1), "does not read like French"),
        ("qzx wrtk bdf kkp xxq ghtz pmw jkl wwq zzt " * 5, "does not read like French"),
        ("!%; (= +:!? /.,; *)( &&§ %%% :;:; " * 12, "marks"),
    ],
)
def test_a_text_that_cannot_be_used_is_told(text: str, says: str) -> None:
    assert says in (trouble_with(text) or "")
