"""Guests: people without an account, known by a random identity in a signed cookie."""

from webapp.guests.identity import Guest, current_guest, guest_for_writing

__all__ = ["Guest", "current_guest", "guest_for_writing"]
