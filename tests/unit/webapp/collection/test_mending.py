"""Text pasted from a PDF: what is mended, and that nothing else changes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.collection.mending import mend_pasted

WRAPPED = """L'exploitant prend toutes les dispositions nécessaires dans la conception et l'exploi-
tation des installations pour limiter les émissions de polluants.
Les valeurs limites sont contrôlées une fois par an par un organisme agréé dont le choix est sou-
mis à l'inspection."""

CASES = {
    "nothing": ("", ""),
    "only spaces": (" \n\t\n ", ""),
    "a plain sentence": ("Les eaux sont traitées.", "Les eaux sont traitées."),
    "double spaces": ("Les  eaux   sont \t traitées.", "Les eaux sont traitées."),
    "no-break spaces stay": ("Les eaux\u00a0: « oui\u00a0»", "Les eaux\u00a0: « oui\u00a0»"),
    "one word a line": ("Les\neaux\nsont\ntraitées\navant\nrejet.", "Les eaux sont traitées avant rejet."),
    "one word a line, empty lines between": ("Les\n\neaux\n\nsont\n\ntraitées.", "Les eaux sont traitées."),
    "one word a line with Windows line ends": ("Les\r\neaux\r\nsont\r\nlà.", "Les eaux sont là."),
    "elision over a line": ("l'\nexploitant\nqu’\nil\ncontrôle", "l'exploitant qu’il contrôle"),
    "a cut word": ("les régle-\nmentations", "les réglementations"),
    "a cut word with a soft hyphen": ("les régle\u00ad\nmentations", "les réglementations"),
    "a soft hyphen inside a line": ("les régle\u00admentations", "les réglementations"),
    "a compound keeps its hyphen": ("les sous-\nproduits", "les sous-produits"),
    "celui-ci keeps its hyphen": ("celui-\nci", "celui-ci"),
    "a name keeps its hyphen": ("à Saint-\nDenis", "à Saint-Denis"),
    "an article's number keeps its hyphen": ("l'article R. 512-\n39 du code", "l'article R. 512-39 du code"),
    "a hyphen between spaces is no cut": ("de 5 -\n10 mètres", "de 5 - 10 mètres"),
    "ligatures": ("à la ﬁn, l’eﬀluent", "à la fin, l’effluent"),
    "characters that cannot be seen": ("a\x00b\ufeffc", "abc"),
    "wrapped lines": (
        WRAPPED,
        (
            "L'exploitant prend toutes les dispositions nécessaires dans la conception et l'exploitation des "
            "installations pour limiter les émissions de polluants.\n\n"
            "Les valeurs limites sont contrôlées une fois par an par un organisme agréé dont le choix est "
            "soumis à l'inspection."
        ),
    ),
    "paragraphs": ("Un premier point\nlong.\n\nUn second.", "Un premier point long.\n\nUn second."),
    "bullets": ("Sont notés :\n- le débit ;\n- le pH.", "Sont notés :\n- le débit ;\n- le pH."),
    "a bullet over two lines": (
        "Sont notés :\n• le débit des\neaux ;\n• le pH.",
        "Sont notés :\n• le débit des eaux ;\n• le pH.",
    ),
    "a bullet alone on its line": ("•\nle débit ;\n•\nle pH.", "• le débit ;\n• le pH."),
    "numbered points": ("1) un ;\n2) deux.", "1) un ;\n2) deux."),
    "a number cut from its sentence is no point": (
        "dans un délai de\n15 jours au plus",
        "dans un délai de 15 jours au plus",
    ),
    "the title of an article": (
        "Article 3.1 – Rejets\nLes eaux sont traitées avant leur rejet dans le milieu naturel.",
        "Article 3.1 – Rejets\n\nLes eaux sont traitées avant leur rejet dans le milieu naturel.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_mended(name: str) -> None:
    pasted, mended = CASES[name]

    assert mend_pasted(pasted) == mended
    assert mend_pasted(mended) == mended


PIECES = st.sampled_from(
    [
        "Les eaux",
        "sont",
        "régle-",
        "mentées.",
        "- ",
        "• un",
        "12",
        "Article 3",
        "l'",
        ":",
        " ",
        "\n",
        "\n\n",
        "\r\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=30))
def test_no_letter_is_lost(pieces: list[str]) -> None:
    pasted = "".join(pieces)

    def letters(text: str) -> str:
        return "".join(char for char in text if char.isalnum())

    assert letters(mend_pasted(pasted)) == letters(pasted)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_whatever_is_pasted_can_be_kept(pasted: str) -> None:
    mended = mend_pasted(pasted)

    assert "\0" not in mended
    assert "\r" not in mended
    assert mended == mended.strip()
    assert "\n\n\n" not in mended
