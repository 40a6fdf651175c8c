"""AIDA asked through a real connection: only where it is allowed, only its own hosts."""

import pytest

from etl.aida import Aida, is_on
from etl.errors import RefusedError, SettingsError, TransientError
from etl.settings import Settings
from etl.upstream.errors import ShapeError, SourceUnsetError, TooLargeError, UnknownTextError
from etl.upstream.exchange import Patience
from tests.stand_ins.upstream import PAGES, PATIENCE, UpstreamStandIn

PAGE = "<div id='content-inner'><h2>Article 1</h2><p>Le texte.</p></div>"


def test_it_is_off_unless_the_operator_says_so(upstream: UpstreamStandIn) -> None:
    base = Settings(_env_file=None)
    assert not is_on(base)
    with pytest.raises(SourceUnsetError, match="AIDA_URL"):
        Aida.from_settings(base)
    assert is_on(upstream.settings(base))
    with pytest.raises(SettingsError, match="AIDA_HOSTS"):
        Aida.from_settings(base.model_copy(update={"aida_url": "https://example.org/"}))


def test_a_page_is_followed_where_it_lives_now(upstream: UpstreamStandIn) -> None:
    upstream.pages["7"] = PAGE
    upstream.trouble(f"{PAGES}1", f"redirect:{PAGES}7")
    (section,) = upstream.aida().sections("1")
    assert (section.title, section.alineas[0].text) == ("Article 1", "Le texte.")


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("redirect:https://elsewhere.example/", RefusedError),
        ("redirect:file:///etc/passwd", RefusedError),
        ("redirect:/consultation_document/1", RefusedError),
        ("404", UnknownTextError),
        ("403", RefusedError),
        ("503", TransientError),
        ("silent", TransientError),
        ("cut", TransientError),
        ("html", ShapeError),
        ("huge", TooLargeError),
    ],
)
def test_what_is_no_page_of_an_order_is_told(
    kind: str, error: type[Exception], upstream: UpstreamStandIn
) -> None:
    upstream.trouble(PAGES, kind)
    haste = Patience(
        seconds=2, read_seconds=0.2, tries=2, first_wait=0.01, longest_wait=0.02, most_bytes=1 << 20
    )
    with pytest.raises(error):
        upstream.aida(haste).sections("1")


@pytest.mark.parametrize("page", ["", "1/../2", "http://169.254.169.254", "1?x=1", "٣"])
def test_a_page_is_a_number(page: str, upstream: UpstreamStandIn) -> None:
    with pytest.raises(UnknownTextError):
        upstream.aida(PATIENCE).sections(page)
    assert upstream.seen == []
