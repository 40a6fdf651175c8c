"""Place-holders are found where an office program cut them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import SettingsError
from webapp.exports.placeholders import check, filled, named_in

VALUES = {"nom": "ESSAI & FILS", "date": "22/11/2026", "vide": ""}


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (["Site {{nom}}, le {{date}}."], ["Site ESSAI & FILS, le 22/11/2026."]),
        (["Site {", "{no", "m}} le ", "{{ date }}"], ["Site ESSAI & FILS", "", " le ", "22/11/2026"]),
        (["{{nom}}{{nom}}"], ["ESSAI & FILSESSAI & FILS"]),
        (["a{{vide}}b", "{{inconnu}}"], ["ab", "{{inconnu}}"]),
        (["{{nom", "", "}}"], ["ESSAI & FILS", "", ""]),
        (["{nom}", "{{Nom}}"], ["{nom}", "{{Nom}}"]),
    ],
)
def test_pieces_are_filled(pieces, expected):
    assert filled(pieces, VALUES) == expected


@given(st.lists(st.integers(0, 60), max_size=8))
def test_cuts_change_nothing(cuts):
    text = "Site {{nom}} le {{date}} ({{vide}}) {{inconnu}} fin"
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in pairwise(places)]

    done = filled(pieces, VALUES)

    assert len(done) == len(pieces)
    assert "".join(done) == "Site ESSAI & FILS le 22/11/2026 () {{inconnu}} fin"


def test_a_value_is_not_read_again():
    assert filled(["{{nom}} {{date}}"], {"nom": "{{date}}", "date": "x"}) == ["{{date}} x"]


def test_what_is_lost_is_named():
    assert named_in("{{nom}} {{ date }} {rien}") == {"nom", "date"}
    with pytest.raises(SettingsError, match=r"fiche\.odt has lost \{\{texte\}\}, \{\{theme\}\}: "):
        check("fiche.odt", {"nom"}, ("nom", "texte", "theme"))
    check("fiche.odt", {"nom", "date"}, ("nom",))
