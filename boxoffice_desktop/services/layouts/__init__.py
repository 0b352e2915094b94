"""Layouts of halls: reading them for the editor, saying what a change would do to sales, and saving it."""
