"""The back-office: where editors, signed in, make the texts that the site publishes."""
