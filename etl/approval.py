"""When a person has to agree to what a sync would remove."""

# The share of the rows in service from which on their disappearance is asked about.
MAX_SHARE_DISAPPEARING = 0.05
