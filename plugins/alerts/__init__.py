"""Alerts on Slack: once per incident, never in the way of a task."""
