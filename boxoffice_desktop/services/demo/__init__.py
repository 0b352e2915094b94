"""The demo cinema: what a fresh installation shows."""
