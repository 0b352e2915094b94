"""The list of halls and the layout editor."""
