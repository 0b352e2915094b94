"""The layout of a hall while somebody edits it: an immutable document and pure operations on it, no Qt, no database."""
