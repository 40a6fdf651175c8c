"""One whole OpenStack Swift with its S3 interface, in one process; run by the interpreter of `.venv-swift`.

    SWIFT_SECRET=… .venv-swift/bin/python tests/s3/serve.py FOLDER

The four servers (account, container, object, proxy) bind free ports of the loopback before the rings are
written: nobody can take a port in between. The address is printed when all listen, then the process serves
until it is ended or its standard input closes, so it never outlives the tests.
"""

import logging
import os
import sys
from pathlib import Path

from swift.common import utils

utils.monkey_patch()  # before anything that opens a socket is imported

import eventlet  # noqa: E402  (see above)
import eventlet.wsgi  # noqa: E402
from swift.common import wsgi  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402

ACCESS_KEY = "test:tester"
REGION = "gra"
STORAGE = ("account", "container", "object")
RING_PART_POWER = 2  # four partitions: one disk needs no more

SWIFT_CONF = """
[swift-hash]
swift_hash_path_suffix = tests
[storage-policy:0]
name = whole
default = yes
"""

STORAGE_CONF = """
[DEFAULT]
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
fallocate_reserve = 0
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""

PROXY_CONF = """
[DEFAULT]
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck listing_formats bulk s3api tempauth copy slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
location = {region}
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = {secret} .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""


def main() -> None:
    folder = Path(sys.argv[1])
    (folder / "devices" / "disk").mkdir(parents=True)
    (folder / "swift.conf").write_text(SWIFT_CONF)
    utils.set_swift_dir(str(folder))
    sockets = {kind: eventlet.listen(("127.0.0.1", 0)) for kind in (*STORAGE, "proxy")}
    for kind in STORAGE:
        write_ring(folder, kind, sockets[kind].getsockname()[1])
        serve(folder, kind, sockets[kind], STORAGE_CONF.format(folder=folder, kind=kind))
    secret = os.environ.pop("SWIFT_SECRET")
    serve(folder, "proxy", sockets["proxy"], PROXY_CONF.format(folder=folder, region=REGION, secret=secret))
    sys.stdout.write(f"http://127.0.0.1:{sockets['proxy'].getsockname()[1]}\n")
    sys.stdout.flush()
    eventlet.hubs.trampoline(sys.stdin.fileno(), read=True)  # comes back when the pipe closes


def write_ring(folder: Path, kind: str, port: int) -> None:
    builder = RingBuilder(RING_PART_POWER, 1, 0)
    builder.add_dev(
        {"id": 0, "region": 0, "zone": 0, "weight": 1.0, "ip": "127.0.0.1", "port": port, "device": "disk"}
    )
    builder.rebalance(seed=1)
    builder.get_ring().save(str(folder / f"{kind}.ring.gz"))


def serve(folder: Path, kind: str, listener: "eventlet.greenio.GreenSocket", text: str) -> None:
    path = folder / f"{kind}-server.conf"
    path.touch(mode=0o600)
    path.write_text(text)
    app = wsgi.loadapp(str(path), global_conf={"log_name": f"{kind}-server"})
    # The names of headers stay as they are: clients of S3 read "ETag", not "Etag".
    keywords = {"protocol": wsgi.SwiftHttpProtocol, "capitalize_response_headers": False}
    eventlet.spawn(eventlet.wsgi.server, listener, app, logging.getLogger("requests"), **keywords)


if __name__ == "__main__":
    main()
