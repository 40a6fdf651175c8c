"""Backups of the database: made, proved by restoring them, kept, and put back into service."""
