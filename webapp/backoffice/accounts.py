"""Accounts of editors: passwords as Argon2 hashes, made and changed by command line alone."""

import re
import secrets
from functools import cache

import click
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from flask.cli import AppGroup
from sqlalchemy import func, select

from webapp.backoffice.models import Editor, Event
from webapp.backoffice.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD, Fault, fault_of
from webapp.backoffice.sessions import end_all
from webapp.models import db

ROLES = ("reader", "editor", "publisher")
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
GENERATED_BYTES = 15
FAULTS = {
    Fault.LENGTH: f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.",
    Fault.GUESSABLE: "This password would soon be guessed: take four words that have nothing in common, say.",
}

hasher = PasswordHasher()

editors = AppGroup("editors", help="Accounts of the back-office.")


def is_right(editor: Editor | None, password: str) -> bool:
    """Tell whether the password opens the account; it takes as long where there is no such account."""
    known = editor is not None and editor.disabled_at is None
    try:
        hasher.verify(editor.password_hash if editor is not None and known else _nobodys_hash(), password)
    except VerificationError:
        return False
    return known


@cache
def _nobodys_hash() -> str:
    return hasher.hash(secrets.token_urlsafe(GENERATED_BYTES))


@editors.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the account may do.")
@click.option("--generate", is_flag=True, help="Draw a password and show it once, instead of asking for one.")
def add(*, name: str, role: str, generate: bool) -> None:
    """Make an account."""
    if not NAME.fullmatch(name):
        raise click.UsageError(
            "The name has 2 to 40 lower-case letters, digits, dots, dashes or underscores."
        )
    if _found(name) is not None:
        raise click.ClickException(f"There is an editor {name} already; `reset` gives a new password.")
    password = _new_password(name, generate=generate)
    db.session.add(Editor(name=name, role=role, password_hash=hasher.hash(password)))
    _conclude("editor_added", name, role=role)
    _tell(f"Editor {name} ({role}) can sign in.", password, generate=generate)


@editors.command("disable")
@click.argument("name")
def disable(*, name: str) -> None:
    """Close an account and end its sessions; what it did stays in the history."""
    editor = _existing(name)
    editor.disabled_at = editor.disabled_at or func.now()
    end_all(editor.id)
    _conclude("editor_disabled", name)
    click.echo(f"Editor {name} can sign in no more.")


@editors.command("reset")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), help="Change what the account may do as well.")
@click.option("--generate", is_flag=True, help="Draw a password and show it once, instead of asking for one.")
def reset(*, name: str, role: str | None, generate: bool) -> None:
    """Give an account a new password, open it again if it was disabled, and end its sessions."""
    editor = _existing(name)
    password = _new_password(name, generate=generate)
    editor.password_hash = hasher.hash(password)
    editor.password_changed_at = func.now()
    editor.disabled_at = None
    editor.role = role or editor.role
    end_all(editor.id)
    _conclude("editor_reset", name, role=editor.role)
    _tell(f"Editor {name} ({editor.role}) has a new password.", password, generate=generate)


def _found(name: str) -> Editor | None:
    return db.session.scalars(select(Editor).where(Editor.name == name)).one_or_none()


def _existing(name: str) -> Editor:
    editor = _found(name)
    if editor is None:
        raise click.ClickException(f"There is no editor {name}.")
    return editor


def _new_password(name: str, *, generate: bool) -> str:
    if generate:
        return secrets.token_urlsafe(GENERATED_BYTES)
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    fault = fault_of(password, name)
    if fault:
        raise click.ClickException(FAULTS[fault])
    return password


def _conclude(action: str, name: str, **details: str) -> None:
    db.session.add(Event(action=action, details={"name": name, **details}))
    db.session.commit()


def _tell(sentence: str, password: str, *, generate: bool) -> None:
    click.echo(sentence)
    if generate:
        click.echo(f"Password, shown this once: {password}")
