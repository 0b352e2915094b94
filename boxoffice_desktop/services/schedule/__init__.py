"""The schedule of a manager: reading, drafts, sales status, copies, generated weeks, guided moves, publishing."""
