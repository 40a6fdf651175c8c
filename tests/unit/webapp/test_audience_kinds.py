"""Which requests are views of a person, and of which kind of page."""

import pytest
from flask import Flask

from webapp.audience.kinds import KIND_OF_ENDPOINT, KINDS, kind_of
from webapp.audience.machines import is_machine

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
NOT_COUNTED = {
    "static_of_another_version", "pages.robots", "installations.suggestions", "cartography.points",
    "own_installations.suggestions", "collection.prefectoral_form", "api-docs.openapi_json",
    "operation.readiness", "operation.liveness", "operation.metrics",
}  # fmt: skip


def test_every_page_is_counted_under_a_kind_or_is_none(app: Flask) -> None:
    """A new page fails here until someone decides."""
    read = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())}
    public = {endpoint for endpoint in read if not endpoint.startswith("backoffice.")}

    assert {endpoint for endpoint in public if kind_of(endpoint) is None} == NOT_COUNTED
    assert set(KIND_OF_ENDPOINT) <= public
    assert {kind_of(endpoint) for endpoint in public - NOT_COUNTED} == set(KINDS)


@pytest.mark.parametrize("agent", [FIREFOX, PHONE])
def test_people_are_counted(agent: str) -> None:
    assert not is_machine(agent)


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0) Chrome/116",
        "Mozilla/5.0 (compatible; YandexBot/3.0)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140",
        "facebookexternalhit/1.1",
        "Mozilla/5.0 (compatible; UptimeRobot/2.0)",
        "Baiduspider+(+http://www.baidu.com/search/spider.htm)",
        "Prometheus/3.5.0",
        "curl/8.5.0",
        "python-requests/2.32",
        "Wget/1.21",
        "",
    ],
)
def test_machines_are_not(agent: str) -> None:
    assert is_machine(agent)


@pytest.mark.parametrize(
    ("agent", "counts"), [("python-requests/2.32", True), ("", True), ("GPTBot/1.2", False)]
)
def test_programs_may_call_the_api(agent: str, counts: bool) -> None:
    assert is_machine(agent, programs_count=True) is not counts
