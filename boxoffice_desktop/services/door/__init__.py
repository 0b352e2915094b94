"""The door: admissions on the server, decisions without it, and the signatures that make those possible."""
