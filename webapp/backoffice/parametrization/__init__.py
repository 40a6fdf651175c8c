"""What stands on the sections of an order: inapplicabilities, modifications, warnings, and topics."""
