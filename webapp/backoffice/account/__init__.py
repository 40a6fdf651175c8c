"""The page on which editors change their password and see where they are signed in."""
