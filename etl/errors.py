"""What can go wrong in a step, by what should be done about it.

Airflow's retry rules and the command line decide by these types: a bad row or an unreadable PDF is never one
of them (it becomes data, with a status and a reason).
"""


class StepError(Exception):
    """Base of every error a step raises on purpose; its text is one sentence for the operator."""


class RefusedError(StepError):
    """The input, or what it would do, is not acceptable: nothing was written, trying again will not help."""


class SettingsError(StepError):
    """A setting is missing or unusable; the sentence names the variable."""


class TransientError(StepError):
    """The outside world failed in a way that another try may mend (network, timeouts, a busy source)."""


class TooManyFailuresError(StepError):
    """The step did what it could and reported it, but too much of it failed: another try now is no use."""
