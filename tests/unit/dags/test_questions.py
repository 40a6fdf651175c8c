"""The question of a sync: what a person must know, and a button that stands for these files alone."""

from typing import Any

import pytest

from dags.questions import body_of, fingerprint, subject_of

FILES = {"installations_all.csv": "a" * 64, "classements_all.csv": "b" * 64}
NOTHING = {
    "before": 0,
    "created": 0,
    "updated": 0,
    "returned": 0,
    "withdrawn": 0,
    "deleted": 0,
    "unchanged": 0,
}


def comparison(**changes: Any) -> dict[str, Any]:
    values = {
        "dataset": "all",
        "files": FILES,
        "installations": NOTHING
        | {"before": 2164, "withdrawn": 130, "created": 4, "updated": 7, "returned": 1},
        "classements": NOTHING | {"before": 13113, "withdrawn": 600, "deleted": 56},
        "share_disappearing": 0.06,
        "needs_approval": True,
        "disappearing": [{"s3ic_id": "0065.00001", "name": "CARRIERE DU NORD"}],
    }
    return values | changes


def test_the_headline_says_how_much_would_go() -> None:
    expected = "6,0 % des installations et 5,0 % des lignes de classement disparaîtraient du site"
    assert subject_of(comparison()) == f"Accord demandé : {expected}"


def test_the_headline_leaves_out_what_stays() -> None:
    assert subject_of(comparison(classements=NOTHING)).count("%") == 1


@pytest.mark.parametrize(
    "expected",
    [
        "« all »",
        "| installations | 2164 | 130 | 6,0 % | 5 | 7 |",
        "| lignes de classement | 13113 | 656 | 5,0 % | 0 | 0 |",
        "- `0065.00001 — CARRIERE DU NORD`",
        f"- `classements_all.csv` : `{'b' * 64}`",
        f"- `installations_all.csv` : `{'a' * 64}`",
        fingerprint(FILES),
        "la question est posée à nouveau",
    ],
)
def test_the_body_says_what_goes_and_which_files(expected: str) -> None:
    assert expected in body_of(comparison())


def test_a_name_cannot_change_the_layout() -> None:
    name = "SITE | A\n# titre <b>`x`</b> [lien](http://evil)"
    body = body_of(comparison(disappearing=[{"s3ic_id": "0065.00001", "name": name}]))
    line = next(line for line in body.splitlines() if "0065.00001" in line)
    assert "`0065.00001 — SITE | A # titre <b>'x'</b> [lien](http://evil)`" in line


def test_without_examples_there_is_no_empty_list() -> None:
    assert "notamment" not in body_of(comparison(disappearing=[]))


@pytest.mark.parametrize(
    "other",
    [
        FILES | {"classements_all.csv": "c" * 64},
        {"installations_all.csv": "b" * 64, "classements_all.csv": "a" * 64},
        {"installations_all.csv": "a" * 64},
    ],
)
def test_other_files_have_another_fingerprint(other: dict[str, str]) -> None:
    assert fingerprint(other) != fingerprint(FILES)


def test_the_order_of_the_files_does_not_matter() -> None:
    assert fingerprint(dict(reversed(FILES.items()))) == fingerprint(FILES)


def test_prefectoral_orders_and_their_texts_are_named() -> None:
    values = {
        "dataset": "all",
        "files": {"aps_all.csv": "c" * 64},
        "aps": NOTHING | {"before": 3693, "withdrawn": 369},
        "texts": NOTHING | {"before": 3600, "deleted": 1800},
        "disappearing": [{"georisques_id": "A/0/0", "s3ic_id": "0065.00001", "title": "AP de 2012"}],
    }
    expected = "10,0 % des arrêtés préfectoraux et 50,0 % des textes d'arrêtés préfectoraux"
    assert expected in subject_of(values)
    assert "- `A/0/0 — 0065.00001 — AP de 2012`" in body_of(values)
