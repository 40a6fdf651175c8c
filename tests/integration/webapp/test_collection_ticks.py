"""What is ticked in the text of an order is held, within bounds."""

import pytest

from tests.people import (
    BOILERS,
    SITE,
    Person,
    alineas,
    part,
    ticked,
    words,
)
from webapp.collection import writing

pytestmark = pytest.mark.postgres


def test_ticked_alineas_are_held_in_the_order_of_the_text(person: Person) -> None:
    names = alineas(person.read())
    person.tick(names[3])
    person.tick(names[0], names[5])

    assert person.held() == [names[0], names[3], names[5]]
    assert ticked(person.read()) == [names[0], names[3], names[5]]


def test_without_a_script_the_answer_leads_back_to_the_place(person: Person) -> None:
    name = alineas(person.read())[2]
    answer = person.send(query=f"am={BOILERS}&theme=AIR_ODEURS", cid=BOILERS, p=name)

    assert answer.status_code == 303
    assert answer.location == f"/installations/{SITE}/arretes?am={BOILERS}&theme=AIR_ODEURS#a-{name}"


def test_a_script_gets_the_panel_and_the_count(person: Person) -> None:
    name = alineas(person.read())[0]
    answer = person.ask(cid=BOILERS, p=name)

    assert answer.status_code == 200
    assert [pick["data-a"] for pick in part(answer).select(".pick")] == [name]
    assert "1 prescription retenue" in words(answer)
    assert "no-store" in answer.headers["Cache-Control"]


def test_ticking_twice_holds_once(person: Person) -> None:
    name = alineas(person.read())[0]
    for _ in range(3):
        person.tick(name)

    assert person.held() == [name]


def test_unticking_takes_out(person: Person) -> None:
    names = alineas(person.read())
    person.tick(*names[:3])
    person.untick(names[1])

    assert person.held() == [names[0], names[2]]


def test_a_form_says_what_changed_since_its_page_went_out(person: Person) -> None:
    """Two tabs: what one ticked, the other, opened before, does not untick by sending its own boxes."""
    names = alineas(person.read())
    person.tick(names[0])
    old_tab = person.read()
    person.tick(names[1])

    before = [str(hidden["value"]) for hidden in old_tab.select("input[name=was]")]
    person.send(cid=BOILERS, p=[*before, names[2]], was=before)

    assert person.held() == names[:3]


def test_a_table_is_held_as_a_table(person: Person) -> None:
    page = person.read()
    table = str(page.select(".tick-table input[name=p]")[0]["value"])
    person.tick(table)

    picked = person.collection().select(".pick table")
    shown = page.select(f'[id="a-{table}"] table')
    assert [cell.text for cell in picked[0].select("td, th")] == [
        cell.text for cell in shown[0].select("td, th")
    ]


def test_a_section_is_taken_by_one_request(person: Person) -> None:
    page = person.read()
    button = page.select("button.tick-all[name=section]")[0]
    section = page.select(f"#s-{button['value']}")[0]
    wanted = [str(box["value"]) for box in section.select("p:not(.is-off) > input[name=p]")]
    assert len(wanted) > 1

    person.send(cid=BOILERS, section=button["value"])
    assert person.held() == wanted
    again = person.read().select(f".tick-all[value='{button['value']}']")[0]
    assert (again["name"], again.text) == ("sans", "Tout désélectionner")
    person.send(cid=BOILERS, sans=button["value"])
    assert person.held() == []


def test_what_does_not_apply_is_picked_one_by_one_only(person: Person) -> None:
    page = person.read()
    off = str(page.select("p.is-off > input[name=p]")[0]["value"])
    for button in page.select("button.tick-all[name=section]"):
        person.send(cid=BOILERS, section=button["value"])
    assert off not in person.held()

    person.tick(off)
    assert off in person.held()


def test_a_section_under_a_topic_takes_what_is_shown(person: Person) -> None:
    page = person.read(theme="AIR_ODEURS")
    shown = alineas(page)
    button = page.select("button.tick-all[name=section]")[0]
    person.send(query=f"am={BOILERS}&theme=AIR_ODEURS", cid=BOILERS, section=button["value"])

    assert person.held()
    assert set(person.held()) <= set(shown)


def test_in_a_modified_section_the_pick_is_the_text_that_is_shown(person: Person) -> None:
    page = person.read()
    box = page.select(".text-section.is-modified p > input[name=p]")[0]
    person.tick(str(box["value"]))

    shown = " ".join(box.parent.text.split())
    assert " ".join(person.collection().select(".pick__whole")[0].text.split()) == shown


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"p": "x_0"}, 400),
        ({"cid": "nonsense", "p": "x_0"}, 400),
        ({"cid": BOILERS, "p": "../../x"}, 400),
        ({"cid": BOILERS, "p": "a\0b"}, 400),
        ({"cid": BOILERS, "p": "x" * 5000}, 400),
        ({"cid": BOILERS, "p": [f"{n}_0" for n in range(10_001)]}, 400),
        ({"cid": BOILERS}, 303),
    ],
)
def test_forms_that_no_page_of_ours_sends(person: Person, fields: dict[str, object], status: int) -> None:
    assert person.send(**fields).status_code == status
    assert person.held() == []


def test_an_alinea_that_is_no_more_is_said(person: Person) -> None:
    name = alineas(person.read())[0]
    answer = person.ask(cid=BOILERS, p=[name, "Zz9Zz9Zz9Zz9_0"])

    assert answer.status_code == 422
    assert "n’y sont plus" in words(answer)
    assert person.held() == [name]


def test_a_request_that_is_too_large_is_refused(person: Person) -> None:
    assert person.send(cid=BOILERS, p="x" * (1 << 20)).status_code == 413


def test_a_collection_is_bounded_with_a_sentence(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_OF_AN_INSTALLATION", 3)
    names = alineas(person.read())
    person.tick(*names[:2])

    answer = person.ask(cid=BOILERS, p=names[2:5])
    assert answer.status_code == 422
    assert "3 prescriptions retenues au plus" in words(answer)
    assert person.held() == names[:2]
    person.tick(*names[2:5])
    assert "3 prescriptions retenues au plus" in person.read().text
    assert person.held() == names[:2]


def test_a_person_s_picks_are_bounded(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_OF_A_PERSON", 1)
    names = alineas(person.read())
    person.tick(names[0])

    assert "l’ensemble des installations" in words(person.ask(cid=BOILERS, p=names[1]))
    assert person.held() == [names[0]]
