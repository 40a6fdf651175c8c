"""The expressions of the alert rules and of the dashboard, and the metrics that they name."""

import json
from collections.abc import Iterator
from typing import Any

import promql_parser
import yaml

from etl.settings import ROOT

FOLDER = ROOT / "docker" / "monitoring"
# What Prometheus itself adds to every target and rule.
OF_PROMETHEUS = {"up", "ALERTS"}
PARTS = ("lhs", "rhs", "expr", "args", "param", "vector_selector")


def rules() -> list[dict[str, Any]]:
    """Return the alert rules."""
    groups = yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    """Return the panels of the dashboard that ask something."""
    dashboard = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def expressions() -> list[str]:
    """Return every expression that Prometheus would work out."""
    asked = [target["expr"] for panel in panels() for target in panel["targets"]]
    return [rule["expr"] for rule in rules()] + asked


def named_metrics() -> set[str]:
    """Return the names of the metrics in all expressions.

    Raises:
        ValueError: one is no PromQL.
    """
    return {name for text in expressions() for name in _names(promql_parser.parse(text))} - OF_PROMETHEUS


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, promql_parser.VectorSelector):
        yield node.name
    for part in PARTS:
        inner = getattr(node, part, None)
        for child in inner if isinstance(inner, list) else [inner]:
            if child is not None and not isinstance(child, str):
                yield from _names(child)
