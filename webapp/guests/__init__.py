"""Guests: people without an account, known by a random identity in a signed cookie."""

from webapp.guests.identity import (
    Guest,
    current_guest,
    forget_read_guest,
    guest_for_writing,
    known_guest_for_writing,
)
from webapp.guests.routes import blueprint
from webapp.guests.visits import init_app, keep_private

__all__ = [
    "Guest",
    "blueprint",
    "current_guest",
    "forget_read_guest",
    "guest_for_writing",
    "init_app",
    "keep_private",
    "known_guest_for_writing",
]
