"""People, terminals, and who changed what."""
