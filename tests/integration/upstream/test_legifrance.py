"""Légifrance asked through a real connection: keys, tokens, dates, and all that can go wrong."""

from datetime import date

import pytest

from etl.errors import RefusedError, SettingsError, TransientError
from etl.legifrance import Legifrance, Source, drafts_of
from etl.legifrance.token import Keys
from etl.settings import Settings
from etl.upstream.errors import (
    KeysRefusedError,
    ShapeError,
    SourceUnsetError,
    TooLargeError,
    UnknownTextError,
)
from etl.upstream.exchange import Patience
from tests.stand_ins.upstream import (
    CONSOLIDATED,
    KEYS,
    PATIENCE,
    PUBLISHED,
    TOKEN,
    UpstreamStandIn,
    article,
    text,
)

CID = "JORFTEXT000012345678"
TODAY = date(2026, 11, 23)


@pytest.fixture
def client(upstream: UpstreamStandIn) -> Legifrance:
    """A client of a Légifrance that has one order, amended once."""
    upstream.texts[CID] = {
        "2015-05-12": text(CID, [article("1", "<p>Le texte d'origine.</p>", 1)]),
        "2020-01-01": text(CID, [article("1", "<p>Le texte modifié.</p>", 1)]),
    }
    return upstream.legifrance()


def words(client: Legifrance, on: date = TODAY) -> str:
    return " ".join(alinea.text for draft in drafts_of(client.text(CID, on)) for alinea in draft.alineas)


def test_a_text_is_given_as_it_stood_on_a_day(client: Legifrance, upstream: UpstreamStandIn) -> None:
    assert words(client) == "Le texte modifié."
    assert words(client, date(2019, 12, 31)) == "Le texte d'origine."
    assert upstream.asked(CONSOLIDATED)[0] == {"textId": CID, "date": "2026-11-23"}
    assert len(upstream.asked(TOKEN)) == 1


def test_a_text_that_was_never_amended_is_given_as_published(upstream: UpstreamStandIn) -> None:
    upstream.published[CID] = text(CID, [article("1", "<p>Publié.</p>", 1, None)])
    found = upstream.legifrance().text(CID, TODAY)
    assert (found.is_consolidated, drafts_of(found)[0].alineas[0].text) == (False, "Publié.")
    assert upstream.asked(PUBLISHED) == [{"textCid": CID}]


@pytest.mark.parametrize("cid", [CID, "JORFTEXT", "../consult", "FAKE1"])
def test_a_text_that_nobody_knows(cid: str, upstream: UpstreamStandIn) -> None:
    with pytest.raises(UnknownTextError, match=cid[:8].replace(".", r"\.")):
        upstream.legifrance().text(cid, TODAY)


def test_a_token_is_renewed_when_it_ends(client: Legifrance, upstream: UpstreamStandIn) -> None:
    upstream.seconds = "30"  # less than the margin: it is never kept
    words(client)
    words(client)
    assert len(upstream.asked(TOKEN)) == 2


def test_a_token_that_is_refused_is_renewed_once(client: Legifrance, upstream: UpstreamStandIn) -> None:
    words(client)
    upstream.tokens.clear()
    assert words(client) == "Le texte modifié."
    assert len(upstream.asked(TOKEN)) == 2
    upstream.trouble(CONSOLIDATED, "401")
    with pytest.raises(KeysRefusedError, match="401"):
        words(client)


def test_keys_that_are_refused_are_told_without_being_shown(upstream: UpstreamStandIn) -> None:
    client = upstream.legifrance(keys=Keys("application", "wrong-secret"))
    with pytest.raises(KeysRefusedError) as caught:
        client.check_keys()
    assert "LEGIFRANCE_CLIENT_ID" in str(caught.value)
    assert "wrong-secret" not in f"{caught.value} {Keys('a', 'wrong-secret')!r}"


@pytest.mark.parametrize("kind", ["429", "500", "503", "cut", "silent"])
@pytest.mark.parametrize("path", [TOKEN, CONSOLIDATED])
def test_what_passes_is_tried_again(
    path: str, kind: str, client: Legifrance, upstream: UpstreamStandIn
) -> None:
    upstream.trouble(path, kind, times=2)
    assert words(client) == "Le texte modifié."


@pytest.mark.parametrize(
    ("path", "kind", "error", "sentence"),
    [
        (CONSOLIDATED, "503", TransientError, "503"),
        (CONSOLIDATED, "silent", TransientError, "too long"),
        (CONSOLIDATED, "html", ShapeError, "JSON"),
        (CONSOLIDATED, "huge", TooLargeError, "larger than 1 MB"),
        (CONSOLIDATED, "400", RefusedError, "answer 400"),
        (CONSOLIDATED, "403", RefusedError, "answer 403"),
        (CONSOLIDATED, "redirect:https://elsewhere.example/", RefusedError, "elsewhere"),
        (TOKEN, "html", ShapeError, "JSON"),
        (TOKEN, "400", KeysRefusedError, "400"),
        (TOKEN, "500", TransientError, "500"),
    ],
)
def test_what_does_not_pass_is_told(
    path: str, kind: str, error: type[Exception], sentence: str, client: Legifrance, upstream: UpstreamStandIn
) -> None:
    client = upstream.legifrance(
        Patience(seconds=3, read_seconds=0.2, tries=2, first_wait=0.01, longest_wait=0.02, most_bytes=1 << 20)
    )
    upstream.trouble(path, kind)
    with pytest.raises(error, match=sentence):
        words(client)


@pytest.mark.parametrize(("seconds", "field"), [(None, "expires_in"), (True, "expires_in")])
def test_a_token_of_another_shape(seconds: object, field: str, upstream: UpstreamStandIn) -> None:
    upstream.seconds = seconds
    with pytest.raises(ShapeError) as caught:
        upstream.legifrance().check_keys()
    assert caught.value.field == field


def test_settings_say_where_it_is(upstream: UpstreamStandIn) -> None:
    base = Settings(_env_file=None)
    source = Source.from_settings(upstream.settings(base), PATIENCE)
    assert (source.keys, source.hosts) == (KEYS, ("127.0.0.1",))
    with pytest.raises(SourceUnsetError, match="LEGIFRANCE_CLIENT_ID"):
        Source.from_settings(base)
    foreign = upstream.settings(base).model_copy(update={"legifrance_api_url": "https://example.org/x"})
    with pytest.raises(SettingsError, match=r"LEGIFRANCE_API_URL.*LEGIFRANCE_HOSTS"):
        Source.from_settings(foreign)
    plain = upstream.settings(base).model_copy(
        update={"legifrance_token_url": "http://oauth.piste.gouv.fr/", "legifrance_hosts": "piste.gouv.fr"}
    )
    with pytest.raises(SettingsError, match="https"):
        Source.from_settings(plain)
