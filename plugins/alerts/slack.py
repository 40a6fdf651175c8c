"""Sending to Slack: one webhook, a hard limit in time, and never an error for the caller."""

import logging
import threading
from http.client import HTTPException

from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from etl.settings import Settings
from plugins.alerts.messages import Message

SOCKET_TIMEOUT_SECONDS = 4
LONGEST_SEND_SECONDS = 5

log = logging.getLogger(__name__)
# The client's own lines may hold the webhook's address, which is a secret: only ours are written.
_silent = logging.getLogger(f"{__name__}.client")
_silent.disabled = True


def send(message: Message, settings: Settings) -> bool:
    """Send a message; give back whether it was taken (or logged, where no webhook is set).

    A refusal, an error or a silence of more than 5 seconds is logged and gives False: what is being told
    matters more than the telling.
    """
    if settings.slack_webhook_url is None:
        log.warning("No SLACK_WEBHOOK_URL, the alert goes to this log only: %s", message.text)
        return True
    address = settings.slack_webhook_url.get_secret_value()
    outcome: list[str] = []
    # A socket counts its timeout for each read: a server that trickles is only stopped from outside.
    sender = threading.Thread(target=lambda: outcome.append(_post(message, address)), daemon=True)
    sender.start()
    sender.join(LONGEST_SEND_SECONDS)
    problem = outcome[0] if outcome else f"no answer within {LONGEST_SEND_SECONDS} s"
    if problem:
        log.error("Slack did not take the alert (%s), which was: %s", problem, message.text)
    return not problem


def _post(message: Message, address: str) -> str:
    """Return why Slack did not take a message, an empty text when it did."""
    client = WebhookClient(address, timeout=SOCKET_TIMEOUT_SECONDS, retry_handlers=[], logger=_silent)
    try:
        answer = client.send(text=message.text, blocks=message.blocks)
    except (OSError, HTTPException, ValueError, SlackClientError) as error:
        return type(error).__name__
    return "" if answer.status_code == 200 else f"status {answer.status_code}: {answer.body[:200]}"
