"""What is said on Slack, from plain values: no network, no database, no clock.

The texts are French, for the people who operate the service; identifiers stay as Airflow shows them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from etl.errors import StepError

READERS_ZONE = ZoneInfo("Europe/Paris")
LONGEST_CAUSE = 400  # Slack refuses a block of more than 3,000 characters; one sentence needs far fewer
# Why an order has no text, by the words of its status (`etl.aps.statuses.failure_of`).
FAILURES = {
    "gone": "absent de la source",
    "refused": "refusé",
    "unreachable": "source muette",
    "missing": "fichier absent",
    "unreadable": "fichier illisible",
    "empty": "fichier vide",
    "not_pdf": "pas un PDF",
    "too_large": "trop volumineux",
    "corrupt": "fichier abîmé",
    "encrypted": "protégé par un mot de passe",
    "no_page": "sans page",
    "too_many_pages": "trop de pages",
    "too_slow": "trop long à lire",
    "too_much_memory": "trop de mémoire",
    "nothing_read": "aucune page lisible",
    "crashed": "lecture interrompue",
    "not_written": "résultat non écrit",
    "kept": "relecture vaine, ancien texte gardé",
}
NO_CAUSE = "La tâche s'est arrêtée sans rien dire (processus tué ou mémoire épuisée) ; voir le journal."


@dataclass(frozen=True, slots=True)
class Message:
    """A message in the format of Slack's incoming webhooks: `text` is the notification, `blocks` the body."""

    text: str
    blocks: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed try of a task (or of a whole run, with an empty task); times are aware UTC."""

    dag_id: str
    task_id: str
    run_id: str
    cause: str
    try_number: int
    tries: int
    failed_at: datetime
    run_started_at: datetime
    log_url: str
    manual_url: str
    retry_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recovery:
    """A run that succeeded while an incident of its DAG was open."""

    dag_id: str
    run_id: str
    opened_at: datetime
    recovered_at: datetime
    failures: int
    run_url: str


@dataclass(frozen=True, slots=True)
class Question:
    """A run that waits for a person's answer in Airflow."""

    dag_id: str
    run_id: str
    subject: str
    answer_by: datetime
    answer_url: str


def cause_of(error: BaseException | str | None) -> str:
    """Return the cause in one line: the sentence of our own errors, else the kind of error and its text."""
    if error is None or not str(error).strip():
        return type(error).__name__ if isinstance(error, BaseException) else NO_CAUSE
    if isinstance(error, StepError | str):
        return _one_line(str(error))
    return _one_line(f"{type(error).__name__}: {str(error).strip().splitlines()[0]}")


def failure_message(failure: Failure, since: datetime) -> Message:
    """Tell a failure: where, which try, why, what happens next, and the link to the log."""
    retried = failure.retry_by is not None
    title = f"{failure.dag_id} : échec, nouvel essai prévu" if retried else f"{failure.dag_id} : échec"
    facts = {
        "DAG": failure.dag_id,
        "Tâche": failure.task_id or "(exécution entière)",
        "Exécution": failure.run_id,
        "Essai": f"{failure.try_number} sur {failure.tries}",
        "Depuis": readable(since),
    }
    links = {"Journal de la tâche": failure.log_url, "Que faire ?": failure.manual_url}
    return Message(
        text=f"{title} — {failure.cause}",
        blocks=[
            _header(f"{'🟠' if retried else '🔴'} {title}"),
            _fields(facts),
            _section(f"*Cause* : {_escape(failure.cause)}\n*Suite* : {_escape(what_happens_next(failure))}"),
            _links(links),
        ],
    )


def what_happens_next(failure: Failure) -> str:
    """Say what Airflow does by itself and what is left to a person."""
    if failure.retry_by is not None:
        return f"nouvel essai automatique avant {readable(failure.retry_by)}. Rien à faire pour l'instant."
    return (
        "pas d'autre essai automatique. Les données précédentes restent en service. "
        f"Corrigez la cause, puis relancez {failure.dag_id} dans Airflow."
    )


def recovery_message(recovery: Recovery) -> Message:
    """Tell the end of an incident: since when it lasted and how many tries failed."""
    title = f"{recovery.dag_id} : rétabli"
    facts = {
        "DAG": recovery.dag_id,
        "Exécution": recovery.run_id,
        "Début de l'incident": readable(recovery.opened_at),
        "Durée": readable_duration(recovery.recovered_at - recovery.opened_at),
        "Essais en échec": str(recovery.failures),
    }
    return Message(
        text=f"{title} après {readable_duration(recovery.recovered_at - recovery.opened_at)}",
        blocks=[_header(f"🟢 {title}"), _fields(facts), _links({"Exécution dans Airflow": recovery.run_url})],
    )


def question_message(question: Question) -> Message:
    """Tell that a run waits for an answer, until when, and where to give it."""
    title = f"{question.dag_id} : un accord est demandé"
    deadline = f"Sans réponse avant {readable(question.answer_by)}, rien ne sera écrit."
    return Message(
        text=f"{title} — {question.subject}",
        blocks=[
            _header(f"🟡 {title}"),
            _fields({"DAG": question.dag_id, "Exécution": question.run_id}),
            _section(f"{_escape(question.subject)}\n{_escape(deadline)}"),
            _links({"Répondre dans Airflow": question.answer_url}),
        ],
    )


def update_message(run_id: str, details: Mapping[str, Any], run_url: str) -> Message:
    """Tell what a run of `update_aps` did, from the details of its report: counts, states, pages, minutes."""
    lost = details["failed"] + details["unfinished"]
    title = f"update_aps : {_counted(details['read'], 'arrêté lu', 'arrêtés lus')}, {lost} en échec"
    states = details["states"]
    facts = {
        "Exécution": run_id,
        "Nouveaux dans la source": str(details["new"]),
        "Retirés de la source": str(details["removed"]),
        "Lus": f"{details['read']} ({_counted(details['pages'], 'page', 'pages')})",
        "En échec": f"{details['failed']}{_in_brackets(details['failures'])}",
        "Non essayés": str(details["unfinished"]),
        "Restent à lire": str(details["left"]),
        "Temps de lecture": f"{readable_minutes(details['minutes'])} de processeur",
        "État de tous les arrêtés": (
            f"{states['SUCCESS']} lus, {states['ERROR']} en erreur, {states['NOT_ATTEMPTED']} pas encore lus"
        ),
    }
    return Message(
        text=title,
        blocks=[
            _header(f"{'🟠' if lost else '🟢'} {title}"),
            _fields(facts),
            _links({"Exécution dans Airflow": run_url}),
        ],
    )


def purge_message(run_id: str, details: Mapping[str, Any], run_url: str) -> Message:
    """Tell what a run of `purge_users` deleted and whom it kept, from the details of its report."""
    deleted, kept = details["deleted"], details["kept"]
    people = _counted(deleted["people"], "personne effacée", "personnes effacées")
    facts = {
        "Exécution": run_id,
        "Sans visite depuis": _counted(details["inactive_days"], "jour", "jours"),
        "Copies": str(deleted["copies"]),
        "Installations fictives": str(deleted["fictive"]),
        "Lignes de classement": str(deleted["classements"]),
        "Prescriptions": str(deleted["prescriptions"]),
        "Revenues entre-temps, gardées": str(kept["came_back"]),
        "Occupées, reportées": str(kept["held"]),
    }
    title = f"purge_users : {people}"
    mark = "🟠" if kept["held"] else "🟢"
    blocks = [_header(f"{mark} {title}"), _fields(facts), _links({"Exécution dans Airflow": run_url})]
    return Message(text=title, blocks=blocks)


def latest_retry(
    failed_at: datetime, delay: timedelta, multiplier: float, longest: timedelta | None, try_number: int
) -> datetime:
    """Return when Airflow tries again at the latest: its backoff draws between one and two delays."""
    if multiplier in {0, 1}:
        return failed_at + delay
    wait = 2 * delay * multiplier ** (try_number - 1)
    return failed_at + (min(wait, longest) if longest is not None else wait)


def readable(moment: datetime) -> str:
    """Write a moment for people: `12/11/2026 à 14:32` in the time of mainland France."""
    return f"{moment.astimezone(READERS_ZONE):%d/%m/%Y à %H:%M}"


def readable_duration(length: timedelta) -> str:
    """Write a length for people, in its two largest units: `3 j 4 h`, `2 h 5 min`, `40 s`."""
    seconds = max(0, int(length.total_seconds()))
    units = (
        ("j", seconds // 86400),
        ("h", seconds // 3600 % 24),
        ("min", seconds // 60 % 60),
        ("s", seconds % 60),
    )
    first = next((place for place, (_, count) in enumerate(units) if count), len(units) - 1)
    return " ".join(
        f"{count} {unit}" for unit, count in units[first : first + 2] if count or unit == units[first][0]
    )


def readable_minutes(minutes: float) -> str:
    """Write minutes for people: `0,4 min`, `75 min`."""
    return f"{minutes:.0f} min" if minutes >= 10 else f"{minutes:.1f} min".replace(".", ",")


def _counted(count: int, one: str, several: str) -> str:
    return f"{count} {several if count > 1 else one}"


def _in_brackets(failures: Mapping[str, int]) -> str:
    told = ", ".join(
        f"{FAILURES.get(reason, reason)} : {count}" for reason, count in sorted(failures.items())
    )
    return f" ({told})" if told else ""


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_CAUSE else f"{line[: LONGEST_CAUSE - 1]}…"


def _escape(text: str) -> str:
    """Neutralise the three characters that Slack reads as markup (links, mentions)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _header(text: str) -> dict[str, Any]:
    return {"type": "header", "text": {"type": "plain_text", "text": text[:150]}}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _fields(facts: dict[str, str]) -> dict[str, Any]:
    fields = [{"type": "mrkdwn", "text": f"*{name}*\n{_escape(value)}"} for name, value in facts.items()]
    return {"type": "section", "fields": fields}


def _links(links: dict[str, str]) -> dict[str, Any]:
    return _section(" · ".join(f"<{address}|{name}>" for name, address in links.items()))
