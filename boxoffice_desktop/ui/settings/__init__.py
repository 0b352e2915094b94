"""Settings of this till: its server, its name, its printer."""
