"""Ask a service whether it is well: `healthcheck.py URL [COMPONENT]`; exit 0 when it is.

With a component, the answer must be JSON like that of Airflow: `{"<component>": {"status": "healthy"}}`.
"""

import json
import sys
import urllib.error
import urllib.request

TIMEOUT_SECONDS = 5


def is_well(url: str, component: str | None) -> bool:
    """Tell whether the address answers 200, and where a component is named, whether it is healthy."""
    with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310  (the compose file's own http://)
        if component is None:
            return True
        return bool(json.load(answer)[component]["status"] == "healthy")


def main(arguments: list[str]) -> int:
    """Return the exit code for the container engine, which keeps what is written."""
    url, component = arguments[0], arguments[1] if len(arguments) > 1 else None
    try:
        well = is_well(url, component)
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"{url}: {error}\n")
        return 1
    if not well:
        sys.stderr.write(f"{url}: {component} is not healthy\n")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
