"""What publishing would change, the button that does it, and how far it has come."""
