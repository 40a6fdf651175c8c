"""The text of an order against its sources, or one source at two dates."""
