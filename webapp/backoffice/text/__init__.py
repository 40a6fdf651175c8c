"""The text of an order: written as a text, checked, looked at against the saved one, then saved."""
