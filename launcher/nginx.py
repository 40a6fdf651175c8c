"""The door of the site: one template (deploy/site.nginx) for a machine and for the containers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from etl.settings import ROOT

TEMPLATE = ROOT / "deploy" / "site.nginx"
FOR_CONTAINERS = ROOT / "docker" / "site.nginx.conf"
# The container engine's own directory of names; the site may come back at another address.
SITE_OF_CONTAINERS = "resolver 127.0.0.11 valid=10s ipv6=off;\n    set $site http://webapp:8000;"


@dataclass(frozen=True)
class Door:
    """How visitors come in.

    Attributes:
        http: port, or address and port, that leads to TLS.
        https: port, or address and port, of the site.
        certificate: the chain, as a path on the machine.
        certificate_key: its key.
        visitor_rate: requests a second from one address; a quarter of a minute of them at once passes.
        cache: folder where static files are kept.
        logs: folder of the access and error logs.
        public_port: what visitors write behind the host; empty for 443.
    """

    http: str = "80"
    https: str = "443"
    certificate: str = "/etc/envinorma/tls/certificate.pem"
    certificate_key: str = "/etc/envinorma/tls/key.pem"
    visitor_rate: int = 20
    cache: str = "/var/lib/nginx/envinorma"
    logs: str = "/var/log/nginx"
    public_port: str = ""


def render_site(door: Door, host: str, ports: Sequence[int], root: Path) -> str:
    """Return the configuration for a machine whose site listens on some ports of 127.0.0.1."""
    # A restart is no failure: each is asked again at once.
    servers = "".join(f"    server 127.0.0.1:{port} max_fails=0;\n" for port in ports)
    return render(
        {
            **values(door),
            "LISTEN_HTTP": listen(door.http, ""),
            "LISTEN_HTTPS": listen(door.https, " ssl http2"),
            "SERVER_NAME": host,
            "UPSTREAM": f"upstream envinorma_site {{\n{servers}}}\n",
            "SITE": "http://envinorma_site",
            "SITE_VARIABLE": "",
            "PAGES": str(root / "deploy" / "pages"),
            "ACME": "/var/www/html",
            "ACCESS_LOG": f"{door.logs}/envinorma.access.log",
            "ERROR_LOG": f"{door.logs}/envinorma.error.log",
        }
    )


def render_for_containers() -> str:
    """Return the configuration of the container: certificate from its secrets, logs to the engine."""
    door = Door(
        certificate="/run/secrets/tls_certificate",
        certificate_key="/run/secrets/tls_key",
        cache="/tmp/static",  # noqa: S108  (a tmpfs of the container)
    )
    return render(
        {
            **values(door),
            "LISTEN_HTTP": "listen 8080;",
            "LISTEN_HTTPS": "listen 8443 ssl;\n    http2 on;",
            # The hosts of ALLOWED_HOSTS are the site's to know.
            "SERVER_NAME": "_",
            "UPSTREAM": "",
            "SITE": "$site",
            "SITE_VARIABLE": SITE_OF_CONTAINERS,
            "PAGES": "/usr/share/envinorma",
            "ACME": "/usr/share/envinorma",
            "ACCESS_LOG": "/dev/stdout",
            "ERROR_LOG": "/dev/stderr",
        }
    )


def write_for_containers() -> None:
    """Bring the container's file to what the template is now."""
    FOR_CONTAINERS.write_text(render_for_containers(), encoding="utf-8")


def values(door: Door) -> dict[str, str]:
    """Return what does not depend on where nginx runs."""
    return {
        "VISITOR_RATE": str(door.visitor_rate),
        "VISITOR_BURST": str(4 * door.visitor_rate),
        "CACHE": door.cache,
        "CERTIFICATE": door.certificate,
        "CERTIFICATE_KEY": door.certificate_key,
        "PUBLIC_PORT": door.public_port,
    }


def listen(place: str, options: str) -> str:
    """Return the directives for a port (on both protocols) or for one address."""
    if not place.isdecimal():
        return f"listen {place}{options};"
    return f"listen {place}{options};\n    listen [::]:{place}{options};"


def render(filled: dict[str, str]) -> str:
    """Return the template with its placeholders filled in, without lines that are then empty."""
    text = re.sub(r"@[A-Z][A-Z_]*@", lambda found: filled[found[0].strip("@")], TEMPLATE.read_text("utf-8"))
    return re.sub(r"^ +\n", "", text, flags=re.MULTILINE)
