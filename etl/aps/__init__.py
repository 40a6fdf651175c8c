"""② Keeps the prefectoral orders readable: finds what is new, reads it, puts it where the site shows it."""
