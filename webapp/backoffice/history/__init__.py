"""The history: every version of an order, what changed between two, the way back to one, and who did what."""
