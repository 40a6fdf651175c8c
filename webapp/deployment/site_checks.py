"""Checks of the site: what it says of itself, and what it answers to someone from elsewhere."""

from collections import Counter
from collections.abc import Iterator

from webapp.configuration import SHORTEST_SECRET, THIS_MACHINE
from webapp.deployment.surroundings import Surroundings, host_of

TRUE = {"1", "true", "yes", "on"}
SHORTEST_HSTS_SECONDS = 180 * 24 * 3600
FEWEST_DIFFERENT_CHARACTERS = 12
# Words of keys that come from documentation, examples and tutorials; no random key is likely to hold one.
WORDS_OF_KNOWN_KEYS = (
    "change",
    "example",
    "insecure",
    "not-so-secret",
    "password",
    "secret",
    "default",
    "test-",
)
# The key of Flask's own documentation.
KNOWN_KEYS = {"192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf"}
MAKE_A_KEY = "Make one with `python -c 'import secrets; print(secrets.token_urlsafe(48))'`."


def debugging(place: Surroundings) -> Iterator[str]:
    """Debugging shows code and values to whoever causes an error."""
    for name in ("FLASK_DEBUG", "FLASK_ENV", "PYTHONBREAKPOINT", "WERKZEUG_DEBUG_PIN"):
        if place.variables.get(name, "").lower() in {*TRUE, "development"}:
            yield f"{name} is {place.variables[name]}: visitors would see code and values. Unset it."
    if place.site.debug or place.site.testing:
        yield "The site starts in debug or testing mode: visitors would see code and values. Turn it off."


def secret_key(place: Surroundings) -> Iterator[str]:
    """Whoever knows the key can be anyone."""
    key = place.settings.secret_key.get_secret_value() if place.settings.secret_key else ""
    if not key:
        yield f"SECRET_KEY is missing: the site does not start. {MAKE_A_KEY}"
    elif len(key.encode()) < SHORTEST_SECRET:
        yield f"SECRET_KEY has {len(key.encode())} bytes, fewer than {SHORTEST_SECRET}. {MAKE_A_KEY}"
    elif is_known(key, known_of_example(place)):
        yield f"SECRET_KEY is one that others know or may guess: cookies could be forged. {MAKE_A_KEY}"


def is_known(key: str, examples: set[str]) -> bool:
    """Tell whether a key is one of an example, or repeats itself."""
    has_words = any(word in key.lower() for word in WORDS_OF_KNOWN_KEYS)
    return key in KNOWN_KEYS | examples or has_words or len(Counter(key)) < FEWEST_DIFFERENT_CHARACTERS


def known_of_example(place: Surroundings) -> set[str]:
    """Return the values of SECRET_KEY in the example beside `.env`, should someone fill one in."""
    example = place.env_file.with_name(".env.example")
    if not example.exists():
        return set()
    lines = example.read_text(encoding="utf-8").splitlines()
    return {
        value for name, _, value in (line.partition("=") for line in lines) if name == "SECRET_KEY" and value
    }


def allowed_hosts(place: Surroundings) -> Iterator[str]:
    """A forged Host must not reach the pages."""
    hosts = place.site.config["TRUSTED_HOSTS"] or []
    own = host_of(place.settings.site_url)
    if not hosts:
        yield f"ALLOWED_HOSTS is missing: requests for any host are answered. Set it to {own}."
    elif place.visitor.get("/sante/processus", headers={"Host": own}).status_code != 200:
        yield f"ALLOWED_HOSTS leaves out {own}, the host of SITE_URL: visitors would be refused. Add it."
    elif "*" in "".join(hosts):
        yield "ALLOWED_HOSTS holds a star, which means nothing: write `.x.fr` for the subdomains of x.fr."


def public_address(place: Surroundings) -> Iterator[str]:
    """Without TLS, cookies and pages can be read and changed on the way."""
    address = place.settings.site_url
    if not address.startswith("https://"):
        yield f"SITE_URL is {address}: no TLS. Give nginx a certificate, and SITE_URL the https address."
    elif host_of(address) in THIS_MACHINE:
        yield f"SITE_URL is {address}: links in alerts lead nowhere. Give it the public address."


def cookies(place: Surroundings) -> Iterator[str]:
    """A cookie without these marks can be read by scripts or on the way."""
    configuration = place.site.config
    if not configuration["SESSION_COOKIE_SECURE"]:
        yield "Cookies go out without TLS too (SESSION_COOKIE_SECURE). Give SITE_URL its https address."
    if not configuration["SESSION_COOKIE_HTTPONLY"]:
        yield "Scripts can read the cookie (SESSION_COOKIE_HTTPONLY is off). Leave Flask's default."
    if configuration["PREFERRED_URL_SCHEME"] != "https":
        yield "The site makes http addresses (PREFERRED_URL_SCHEME). Give SITE_URL its https address."


def strict_transport(place: Surroundings) -> Iterator[str]:
    """Browsers that were told once never try without TLS again."""
    said = place.visitor.get("/sante/processus", base_url=place.settings.site_url)
    value = said.headers.get("Strict-Transport-Security", "")
    seconds = max((int(part[8:]) for part in value.split("; ") if part.startswith("max-age=")), default=0)
    if seconds < SHORTEST_HSTS_SECONDS:
        yield (
            f"HSTS is {value or 'not sent'}: a first visit over http could be led elsewhere. Give "
            "SITE_URL its https address."
        )


def proxies(place: Surroundings) -> Iterator[str]:
    """Behind a proxy that is not counted, everyone comes from the proxy's address."""
    if place.settings.trusted_proxies == 0:
        yield (
            "TRUSTED_PROXIES is 0: behind nginx, all visitors share one address, and who guesses passwords "
            "locks out everyone. Set it to 1 (nginx), or to the number of proxies in front."
        )


def metrics(place: Surroundings) -> Iterator[str]:
    """Metrics say how the house runs, to whoever may read them."""
    token = place.settings.metrics_token
    if token is not None and len(token.get_secret_value()) < SHORTEST_SECRET:
        yield f"METRICS_TOKEN has fewer than {SHORTEST_SECRET} characters. Make a longer, random one."
    answer = place.visitor.get("/metrics", base_url=place.settings.site_url)
    if answer.status_code == 200:
        yield "/metrics answers anyone. Set METRICS_TOKEN to a random text, and give it to Prometheus alone."
