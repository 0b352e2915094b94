"""What the files of tickets are called."""

import re


def tickets_file_name(terminal_name: str, number: int) -> str:
    """The file of a sale's tickets, safe on every system, e.g. `counter-1-000042.pdf`."""
    plain = re.sub(r"[^a-z0-9]+", "-", terminal_name.casefold()).strip("-") or "till"
    return f"{plain}-{number:06d}.pdf"
