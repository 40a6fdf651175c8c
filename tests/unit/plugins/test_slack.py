"""Sending: the stand-in takes the message, or the caller hears False, soon, and never an error."""

import logging
import socket
import time

import pytest

from etl.settings import Settings
from plugins.alerts import slack as sending
from plugins.alerts.messages import Message
from tests.stand_ins.slack import SlackStandIn

MESSAGE = Message(
    "essai — tout va bien", [{"type": "section", "text": {"type": "mrkdwn", "text": "été & hiver"}}]
)


def settings_for(url: str | None) -> Settings:
    return Settings(_env_file=None, slack_webhook_url=url)


def test_a_message_arrives_as_it_is(slack: SlackStandIn) -> None:
    assert sending.send(MESSAGE, settings_for(slack.url))
    assert slack.received == [{"text": MESSAGE.text, "blocks": MESSAGE.blocks}]


def test_without_a_webhook_the_log_is_told(caplog: pytest.LogCaptureFixture) -> None:
    assert sending.send(MESSAGE, settings_for(None))
    assert "essai — tout va bien" in caplog.text


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("trouble", ["slow", "trickle", "error", "refused", "down", "nonsense"])
def test_trouble_is_logged_and_never_raised(
    trouble: str, slack: SlackStandIn, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SOCKET_TIMEOUT_SECONDS", 2)
    monkeypatch.setattr(sending, "LONGEST_SEND_SECONDS", 3)
    caplog.set_level(logging.DEBUG)
    slack.behaviour = trouble
    addresses = {
        "down": f"http://127.0.0.1:{closed_port()}/services/secret-part",
        "nonsense": "ftp://secret-part",
    }
    message = Message("", []) if trouble == "refused" else MESSAGE
    started = time.monotonic()
    assert not sending.send(message, settings_for(addresses.get(trouble, slack.url)))
    assert time.monotonic() - started < 4
    assert "Slack did not take the alert" in caplog.text
    assert "secret-part" not in caplog.text
