"""One machine without containers: what `python -m launcher units` writes, run by supervisor behind nginx.

Everything lies in a folder and listens on 127.0.0.2, whose name no check takes for the loopback.
"""

import getpass
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import psutil
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from etl.settings import ROOT
from launcher.machine_environment import render_environment
from launcher.nginx import Door
from launcher.units import Machine, write_units

HOST = "127.0.0.2"
PROGRAM = "envinorma-site-{}"
START_SECONDS = 60
STOP_SECONDS = 40
POLL_SECONDS = 0.05
SUPERVISOR = """\
[unix_http_server]
file={folder}/s.sock

[supervisord]
logfile={folder}/supervisord.log
pidfile={folder}/supervisord.pid
childlogdir={folder}
nodaemon=true
user={user}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl=unix://{folder}/s.sock

[include]
files={folder}/units/supervisor/envinorma.conf
"""
NGINX = """\
{user}
daemon off;
pid {folder}/nginx.pid;
worker_processes 1;
error_log {folder}/nginx.log;
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/units/nginx/envinorma.conf;
}}
"""


@dataclass(frozen=True)
class Running:
    """The machine as it runs."""

    folder: Path
    address: str
    plain_address: str
    site_port: int

    @property
    def authority(self) -> Path:
        """The certificate that visitors must trust."""
        return self.folder / "authority.pem"

    def visitor(self) -> httpx.Client:
        """Return someone who asks the site over TLS, and looks at its certificate."""
        trusted = ssl.create_default_context(cafile=str(self.authority))
        return httpx.Client(base_url=self.address, verify=trusted, timeout=30)

    def control(self, *words: str) -> str:
        """Return what supervisorctl says to a command."""
        done = subprocess.run(
            [found("supervisorctl"), "-c", str(self.folder / "supervisord.conf"), *words],
            capture_output=True,
            text=True,
            timeout=STOP_SECONDS,
            check=False,
        )
        return done.stdout + done.stderr

    def program(self, number: int) -> str:
        """Return the name of one of the two programs that are the site, for supervisor."""
        return PROGRAM.format(self.site_port + number)

    def master(self, number: int = 0) -> psutil.Process:
        """Return the process that leads gunicorn's workers in one of the two."""
        return psutil.Process(int(self.control("pid", self.program(number))))

    def log(self) -> str:
        """Return what the site wrote."""
        return "".join(path.read_text("utf-8") for path in sorted((self.folder / "logs").glob("site-*.log")))


@contextmanager
def machine(folder: Path, environment: Mapping[str, str], visitor_rate: int = 20) -> Iterator[Running]:
    """Run the site of an environment (database, buckets, key) behind nginx.

    Raises:
        TimeoutError: it does not start; the sentence holds its log.
    """
    http, https, site = free_port(HOST), free_port(HOST), free_pair("127.0.0.1")
    running = Running(folder, f"https://{HOST}:{https}", f"http://{HOST}:{http}", site)
    for name in ("cache", "logs", "state"):
        (folder / name).mkdir()
    # Units do not take a path with spaces, which a checkout may have.
    (folder / "code").symlink_to(ROOT)
    write_certificates(folder)
    write_units(plan(running, f"{HOST}:{http}", f"{HOST}:{https}", visitor_rate), folder / "units")
    own = {
        "SITE_URL": running.address,
        "ALLOWED_HOSTS": HOST,
        "TRUSTED_PROXIES": "1",
        "RUN_DIR": f"{folder}/state",
    }
    (folder / "environment").write_text(render_environment({**environment, **own}), encoding="utf-8")
    user = getpass.getuser()
    (folder / "supervisord.conf").write_text(SUPERVISOR.format(folder=folder, user=user), encoding="utf-8")
    as_root = f"user {user};" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, user=as_root), encoding="utf-8")
    with ExitStack() as stack:
        stack.enter_context(program(folder, "supervisord", "-c", str(folder / "supervisord.conf")))
        stack.enter_context(program(folder, "nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")))
        wait_until_it_answers(running)
        yield running


def plan(running: Running, http: str, https: str, visitor_rate: int) -> Machine:
    """Return the machine of a folder."""
    folder = running.folder
    return Machine(
        site_url=running.address,
        root=folder / "code",
        user=getpass.getuser(),
        state=folder / "state",
        logs=folder / "logs",
        environment=folder / "environment",
        site_port=running.site_port,
        has_airflow=False,
        door=Door(
            http=http,
            https=https,
            certificate=str(folder / "certificate.pem"),
            certificate_key=str(folder / "key.pem"),
            visitor_rate=visitor_rate,
            cache=str(folder / "cache"),
            logs=str(folder / "logs"),
            public_port=f":{https.rpartition(':')[2]}",
        ),
    )


def write_certificates(folder: Path) -> None:
    """Write an authority of our own and a certificate of 127.0.0.2 under it."""
    issuer_key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority for a test")])
    now = datetime.now(UTC)
    base = (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
    )
    authority = (
        base.subject_name(issuer)
        .serial_number(x509.random_serial_number())
        .public_key(issuer_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        base.subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)]))
        .serial_number(x509.random_serial_number())
        .public_key(key.public_key())
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    (folder / "authority.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


@contextmanager
def program(folder: Path, name: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program of the system until the end of the block, then ask it to end."""
    with (folder / f"{name}.out").open("wb") as output:
        process = subprocess.Popen(
            [found(name), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_SECONDS)


def found(name: str) -> str:
    """Return the path of a program of the system, which an ordinary account may not have on its own path."""
    return shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin") or name


def wait_until_it_answers(running: Running, path: str = "/sante/processus") -> float:
    """Return the seconds until the site answers through nginx.

    Raises:
        TimeoutError: it does not; the sentence holds what was written.
    """
    begun = time.monotonic()
    last = "no answer"
    with running.visitor() as visitor:
        while time.monotonic() < begun + START_SECONDS:
            try:
                answer = visitor.get(path)
            except httpx.HTTPError as error:
                last = str(error)
            else:
                if answer.status_code == 200:
                    return time.monotonic() - begun
                last = str(answer.status_code)
            time.sleep(POLL_SECONDS)
    written = "\n".join(path.read_text("utf-8") for path in running.folder.glob("*.out"))
    raise TimeoutError(f"The site does not answer ({last}).\n{written}\n{running.log()[-2000:]}")


def free_pair(host: str) -> int:
    """Return a port that nobody listens on, nor on the next one."""
    while True:
        first = free_port(host)
        with socket.socket() as probe:
            try:
                probe.bind((host, first + 1))
            except OSError:
                continue
            return first


def free_port(host: str) -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
