"""The door: scan, a big answer, and who is in."""
