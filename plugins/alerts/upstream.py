"""What is said on Slack of orders whose text changed at Légifrance, and of those that could not be read."""

from collections.abc import Mapping

from etl.settings import Settings
from etl.upstream.announcing import UpstreamChange, comparison_url
from plugins.alerts import slack
from plugins.alerts.messages import LONGEST_CAUSE, Message, readable

LONGEST_TITLE = 300
MOST_TOLD = 5


def tell_change(change: UpstreamChange, settings: Settings) -> bool:
    """Tell that the text of an order changed; give back whether the message arrived."""
    return slack.send(change_message(change, comparison_url(settings, change.cid)), settings)


def tell_unread(failed: Mapping[str, str], settings: Settings) -> bool:
    """Tell which orders could not be compared, and why; give back whether the message arrived."""
    return slack.send(unread_message(failed), settings)


def change_message(change: UpstreamChange, page: str) -> Message:
    """Tell a change: which order, found when, and the page that compares the two texts."""
    title = f"Texte modifié à Légifrance : {change.cid}"
    body = (
        f"{_escaped(change.title[:LONGEST_TITLE])}\n"
        f"Constaté le {readable(change.changed_at)}. Comparez, puis mettez le texte à jour ou dites qu'il en "
        f"est tenu compte.\n<{page}|Comparer avec Légifrance>"
    )
    return Message(f"{title} — {change.title[:LONGEST_TITLE]}", [_header(f"🟡 {title}"), _section(body)])


def unread_message(failed: Mapping[str, str]) -> Message:
    """Tell how many orders could not be compared, with the causes of the first."""
    count = (
        f"{len(failed)} arrêté n'a pas pu être lu"
        if len(failed) == 1
        else (f"{len(failed)} arrêtés n'ont pas pu être lus")
    )
    title = f"watch_orders : {count} à Légifrance"
    lines = [
        f"• {cid} : {_escaped(cause[:LONGEST_CAUSE])}" for cid, cause in list(failed.items())[:MOST_TOLD]
    ]
    more = [f"et {len(failed) - MOST_TOLD} autres"] if len(failed) > MOST_TOLD else []
    return Message(title, [_header(f"🟠 {title}"), _section("\n".join([*lines, *more]))])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _header(text: str) -> dict[str, object]:
    return {"type": "header", "text": {"type": "plain_text", "text": text[:150]}}


def _section(text: str) -> dict[str, object]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}
