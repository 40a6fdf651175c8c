"""Who is not a person: crawlers, link previews, probes and programs, as they call themselves.

What hides behind the name of a browser is counted: the figures are an upper bound.
"""

import re

CRAWLERS = re.compile(
    r"bot\b|bot[/_-]|crawl|spider|slurp|scrap|archiver|preview|facebookexternalhit|embedly|whatsapp|mediapartners"
    r"|feedfetcher|lighthouse|headless|phantomjs|playwright|selenium|puppeteer|monitor|uptime|probe|pingdom|check"
    r"|blackbox|prometheus|zabbix|nagios|scan",
    re.IGNORECASE,
)
PROGRAMS = re.compile(
    r"^(?:curl|wget|python|java/|go-http-client|okhttp|apache-httpclient|libwww|ruby|perl|php|node|axios|undici|httpx"
    r"|aiohttp|werkzeug|postman|insomnia|guzzle|rest-client|dart|r \()|python-requests|urllib",
    re.IGNORECASE,
)


def is_machine(user_agent: str, *, programs_count: bool = False) -> bool:
    """Tell whether a request is no person's; where `programs_count`, only crawlers and probes are not."""
    if programs_count:
        return CRAWLERS.search(user_agent) is not None
    return not user_agent or any(pattern.search(user_agent) for pattern in (CRAWLERS, PROGRAMS))
