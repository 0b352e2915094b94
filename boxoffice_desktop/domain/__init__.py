"""Rules in plain Python: no database, no Qt, standard library only."""
