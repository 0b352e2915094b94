"""The print queue on the screen: what waits, what is in doubt, and what a person does about it."""
