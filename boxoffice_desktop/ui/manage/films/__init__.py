"""The catalogue: find, edit, posters, import."""
