"""The classements of own installations: what may be typed, and that nothing typed is lost."""

import pytest

from etl.settings import Settings
from tests.owners import LINE, Owner, execute
from tests.site_visits import faultless

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"nom": " "}, "« Nom » : donnez un nom"),
        ({"nom": "x" * 201}, "« Nom » : 200 caractères au plus"),
        ({"rubrique": ""}, "« Rubrique » : indiquez"),
        ({"rubrique": "9999"}, "« Rubrique » : la nomenclature n’a pas"),
        ({"regime": ""}, "« Régime » : choisissez"),
        ({"regime": "S"}, "« Régime » : choisissez"),
        ({"alinea": "x" * 21}, "« Alinéa » : 20 caractères"),
        ({"volume": "90kW"}, "« Volume » : commencez par un nombre"),
        ({"volume": "environ 3"}, "« Volume » : commencez par un nombre"),
        ({"volume": "-3 t"}, "« Volume » : commencez par un nombre"),
        ({"date_autorisation": "31/02/2020"}, "« Date d’autorisation » : écrivez une date qui existe"),
        ({"date_mise_en_service": "bientôt"}, "« Date de mise en service » : écrivez une date"),
        ({"last_substantial_modif_date": "01/01/1849"}, "modification notable » : l’année"),
        ({"date_autorisation": "0019-01-01"}, "« Date d’autorisation » : l’année"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_typed_is_lost(
    owner: Owner, own_settings: Settings, typed: dict[str, str], sentence: str
) -> None:
    before = execute(own_settings, "SELECT count(*) FROM users")
    given = {"nom": "Projet", **LINE, **typed}
    answer = owner.send("/installations/nouvelle", **given)

    assert answer.status_code == 422
    page = faultless(answer.text)
    assert sentence in page.select("[role=alert]")[0].text
    (name,) = typed
    assert page.select(f"[name={name}][aria-invalid=true]")
    kept = {str(each["name"]): str(each["value"]) for each in page.select(".own-form input[name][value]")}
    assert {key: kept[key] for key in given if key in kept} == {
        key: " ".join(value.split()) for key, value in given.items() if key in kept
    }
    assert execute(own_settings, "SELECT count(*) FROM users") == before


def test_several_faults_are_all_said(owner: Owner) -> None:
    answer = owner.send("/installations/nouvelle", nom="", rubrique="x", regime="", volume="y")
    links = [str(link["href"]) for link in faultless(answer.text).select("[role=alert] a")]

    assert links == ["#nom", "#rubrique", "#regime", "#volume"]


def test_without_a_script_the_nomenclature_is_searched(owner: Owner, own_settings: Settings) -> None:
    before = execute(own_settings, "SELECT count(*) FROM installations")
    typed = {"nom": "Projet", "rubrique": "entrepots", "volume": "3 t", "regime": "", "alinea": ""}
    found = faultless(owner.send("/installations/nouvelle", **typed, chercher="oui").text)
    choices = found.select("button[name=reference]")
    assert " ".join(choices[0].text.split()) == (
        "1510 – 1 Entrepôts couverts soumis à évaluation environnementale Autorisation"
    )

    chosen = faultless(owner.send("/installations/nouvelle", **typed, reference=choices[1]["value"]).text)
    values = {str(each["name"]): str(each["value"]) for each in chosen.select(".own-form input[name][value]")}
    assert (values["nom"], values["rubrique"], values["alinea"], values["volume"]) == (
        "Projet",
        "1510",
        "2-a",
        "3 t",
    )
    assert chosen.select("option[selected]")[0]["value"] == "A"
    assert execute(own_settings, "SELECT count(*) FROM installations") == before


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("2910", "2910"),
        ("1510 2", "1510 – 2-a"),
        ("enregistrement porcs", "2102 – 1"),
        ("ENTREPÔTS", "1510 – 1"),
    ],
)
def test_suggestions_while_typing(owner: Owner, typed: str, first: str) -> None:
    answer = owner.client.get("/nomenclature/suggestions", query_string={"q": typed})
    assert answer.json is not None
    assert answer.json["results"][0]["name"].startswith(first)


@pytest.mark.parametrize("typed", ["", "  ", "%", "zzzz", "zz\0yy'", "x" * 5000])
def test_suggestions_for_nothing_that_is_there(owner: Owner, typed: str) -> None:
    answer = owner.client.get("/nomenclature/suggestions", query_string={"q": typed})
    assert (answer.status_code, answer.json) == (200, {"results": []})


def test_a_line_is_changed_and_what_is_left_as_it_was_is_not_checked(
    owner: Owner, own_settings: Settings
) -> None:
    ref = owner.copy()
    execute(
        own_settings,
        "UPDATE classements SET rubrique = '81', volume = 'beaucoup', date_autorisation = '0019-05-05' "
        "WHERE installation_id = %(ref)s AND position = 0",
        ref=ref,
    )
    path = owner.forms(ref)[0]
    answer = owner.send(path, **(owner.form(path) | {"regime": "E", "date_mise_en_service": "2001-2-3"}))

    assert answer.status_code == 303
    line = owner.lines(ref)[0]
    assert line.startswith("81 ")
    assert "Enregistrement beaucoup m3 05/05/0019 03/02/2001" in line


def test_a_line_is_removed(owner: Owner) -> None:
    ref = owner.copy()
    before, path = owner.lines(ref), owner.forms(ref)[0]

    assert owner.send(f"{path}/retirer", lu=owner.form(path)["lu"]).status_code == 303
    assert owner.lines(ref) == before[1:]
    assert owner.send(f"{path}/retirer", lu="x").status_code == 303, "in another tab, it was removed already"
    assert owner.lines(ref) == before[1:]


def test_two_tabs_that_change_one_line_lose_nothing(owner: Owner) -> None:
    ref = owner.invent()
    (path,) = owner.forms(ref)
    first = second = owner.form(path)
    assert owner.send(path, **(first | {"volume": "3 t"})).status_code == 303

    answer = owner.send(path, **(second | {"alinea": "B-2"}))
    page = faultless(answer.text)
    assert answer.status_code == 422
    assert "a changé dans un autre onglet" in page.text
    assert "Volume\xa0: 3 t" in page.select("[role=alert]")[0].text
    assert page.select("input[name=alinea]")[0]["value"] == "B-2"
    assert owner.lines(ref) == ["2910 A-2 Déclaration 3 t – – –"]
    again = {str(each["name"]): str(each["value"]) for each in page.select(".own-form input[name][value]")}
    assert owner.send(path, **(again | {"regime": "D"})).status_code == 303
    assert owner.lines(ref) == ["2910 B-2 Déclaration 1 250,5 kW – – –"]


def test_a_line_removed_in_another_tab_is_offered_as_a_new_one(owner: Owner) -> None:
    ref = owner.invent()
    (path,) = owner.forms(ref)
    typed = owner.form(path)
    owner.send(f"{path}/retirer", lu=typed["lu"])

    page = faultless(owner.send(path, **(typed | {"volume": "7 t"})).text)
    assert "retiré dans un autre onglet" in page.text
    assert page.select(".own-form")[0]["action"] == f"/installations/{ref}/classements/ajouter"
    assert page.select("input[name=volume]")[0]["value"] == "7 t"


def test_a_line_changed_in_another_tab_is_not_removed_unseen(owner: Owner) -> None:
    ref = owner.invent()
    (path,) = owner.forms(ref)
    stale = owner.form(path)["lu"]
    owner.send(path, **(owner.form(path) | {"volume": "3 t"}))
    owner.send(f"{path}/retirer", lu=stale)

    assert len(owner.lines(ref)) == 1


def test_forms_sent_twice_write_once(owner: Owner) -> None:
    ref = owner.invent("Deux fois")
    assert owner.invent("Deux fois") == ref
    path = f"/installations/{ref}/classements/ajouter"
    typed = owner.form(path) | {"rubrique": "2510", "alinea": "1", "regime": "A"}
    owner.send(path, **typed)
    owner.send(path, **typed)
    assert len(owner.lines(ref)) == 2
    other = owner.form(path) | {"rubrique": "2517", "alinea": "1", "regime": "E"}
    owner.send(path, **(other | {"place": "1"}))
    assert len(owner.lines(ref)) == 3, "another tab took the place: the line comes after"
