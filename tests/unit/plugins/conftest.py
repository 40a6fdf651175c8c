"""Fixtures of the tests of the alerts."""

from tests.stand_ins.slack import slack

__all__ = ["slack"]
