"""`flask --app webapp check [--deploy]`: what is dangerous about how this site is deployed."""

from webapp.deployment.command import application_to_check, is_being_checked

__all__ = ["application_to_check", "is_being_checked"]
