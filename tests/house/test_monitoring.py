"""What watches the service: rules and dashboard ask for metrics that exist, and say what to do."""

import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import airflow
import pytest
import yaml

from tests.house.sources import ROOT
from tests.promql import FOLDER, named_metrics, panels, rules

MANUAL = ROOT / "docs" / "operations" / "monitoring.md"
# node_exporter 1.9 and postgres_exporter 0.17, of what their collectors give without being asked for more.
OF_THE_EXPORTERS = {
    "node_cpu_seconds_total", "node_memory_MemAvailable_bytes", "node_memory_MemTotal_bytes",
    "node_filesystem_avail_bytes", "node_filesystem_size_bytes",
    "node_network_receive_bytes_total", "node_network_transmit_bytes_total",
    "pg_up", "pg_settings_max_connections", "pg_stat_activity_count", "pg_stat_activity_max_tx_duration",
    "pg_stat_database_xact_commit", "pg_stat_database_xact_rollback", "pg_stat_database_blks_hit",
    "pg_stat_database_blks_read", "pg_database_size_bytes",
}  # fmt: skip
OF_A_HISTOGRAM = ("_bucket", "_sum", "_count")


def mappings() -> list[dict[str, str]]:
    """How names of Airflow become names of Prometheus."""
    every = yaml.safe_load((FOLDER / "statsd.yaml").read_text(encoding="utf-8"))["mappings"]
    return [mapping for mapping in every if mapping.get("action") != "drop"]


def of_airflow() -> dict[str, str]:
    """What Airflow says that it measures: the kind by name."""
    template = Path(airflow.__file__).parent / "_shared/observability/metrics/metrics_template.yaml"
    known = yaml.safe_load(template.read_text(encoding="utf-8"))["metrics"]
    return {f"airflow.{metric['name']}": metric["type"] for metric in known}


def mapped_metrics() -> set[str]:
    kinds, found = of_airflow(), set()
    for mapping in mappings():
        ends = OF_A_HISTOGRAM if kinds[mapping["match"]] == "timer" else ("",)
        found |= {mapping["name"] + end for end in ends}
    return found


def test_rules_and_dashboard_ask_for_metrics_that_exist() -> None:
    """Those of the site itself are looked for in its answer: tests/integration/webapp/test_metrics.py."""
    asked = {name for name in named_metrics() if not name.startswith("envinorma_")}

    assert len(asked) > 20
    assert sorted(asked - OF_THE_EXPORTERS - mapped_metrics()) == []


def test_airflow_has_what_is_mapped() -> None:
    unknown = [mapping["match"] for mapping in mappings() if mapping["match"] not in of_airflow()]
    counters = [mapping["name"] for mapping in mappings() if of_airflow().get(mapping["match"]) == "counter"]

    assert unknown == []
    assert all(name.endswith("_total") for name in counters)


def test_every_alert_says_how_bad_it_is_and_the_manual_what_to_do() -> None:
    manual = MANUAL.read_text(encoding="utf-8")
    names = [rule["alert"] for rule in rules()]

    assert len(names) == len(set(names)) > 15
    assert {rule["labels"]["severity"] for rule in rules()} == {"critical", "warning"}
    assert all(rule["annotations"]["summary"].endswith(".") for rule in rules())
    assert [name for name in names if f"`{name}`" not in manual] == []


def test_the_dashboard_can_be_read() -> None:
    dashboard = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))
    ids = [panel["id"] for panel in dashboard["panels"]]
    places = [panel["gridPos"] for panel in dashboard["panels"]]
    cells = [
        (column, line)
        for place in places
        for column in range(place["x"], place["x"] + place["w"])
        for line in range(place["y"], place["y"] + place["h"])
    ]

    assert len(ids) == len(set(ids))
    assert len(cells) == len(set(cells)), "panels overlap"
    assert max(column for column, _ in cells) < 24
    assert all(panel["title"] and panel["datasource"]["uid"] == "prometheus" for panel in panels())


def test_what_prometheus_asks_is_in_the_compose_file() -> None:
    settings = yaml.safe_load((FOLDER / "prometheus.yaml").read_text(encoding="utf-8"))
    services = yaml.safe_load((ROOT / "docker-compose.yaml").read_text(encoding="utf-8"))["services"]
    asked = [job["static_configs"][0]["targets"] for job in settings["scrape_configs"]]
    asked += [manager["static_configs"][0]["targets"] for manager in settings["alerting"]["alertmanagers"]]

    for (target,) in asked:
        host, _, port = target.partition(":")
        assert set(services[host]["networks"]) & set(services["prometheus"]["networks"]), target
        assert host == "webapp" or port in " ".join(services[host]["healthcheck"]["test"]), target


@pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool (Debian's prometheus) is not installed"
)
def test_rules_do_what_they_say() -> None:
    for arguments in (["check", "rules", str(FOLDER / "alerts.yaml")], ["test", "rules", "alerts_test.yaml"]):
        done = subprocess.run(
            ["promtool", *arguments],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.airflow
def test_airflow_sends_what_the_mapping_reads(tmp_path: Path) -> None:
    """The settings of the compose file, and a listener in the place of the exporter."""
    environment = yaml.safe_load((ROOT / "docker-compose.yaml").read_text(encoding="utf-8"))
    sent = {
        name: value
        for name, value in environment["x-airflow-environment"].items()
        if name.startswith("AIRFLOW__METRICS__")
    }
    script = (
        "from airflow.observability.metrics.statsd_logger import get_statsd_logger as get\n"
        "get().incr('ti.finish', tags={'dag_id': 'sync_aps', 'task_id': 'apply', 'state': 'success'})"
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(30)
        here = {
            "AIRFLOW__METRICS__STATSD_ON": "true",
            "AIRFLOW__METRICS__STATSD_HOST": "127.0.0.1",
            "AIRFLOW__METRICS__STATSD_PORT": str(listener.getsockname()[1]),
        }
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PATH": "/usr/bin:/bin", "AIRFLOW_HOME": str(tmp_path), **sent, **here},
            timeout=60,
            check=True,
            capture_output=True,
        )
        packets = [listener.recv(1024).decode()]
        while "ti.finish" not in packets[-1]:  # Airflow counts what it does itself as well
            packets.append(listener.recv(1024).decode())

    assert packets[-1] == "airflow.ti.finish,dag_id=sync_aps,task_id=apply,state=success:1|c"
    assert packets[-1].partition(",")[0] in {mapping["match"] for mapping in mappings()}
