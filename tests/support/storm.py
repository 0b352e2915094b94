"""What other counters do in processes of their own, so that the window under test has its interpreter for itself."""

from pathlib import Path
from uuid import uuid4

from boxoffice_desktop.db.embedded import EmbeddedServer
from boxoffice_desktop.services import holds
from tests.support.cinema import Cinema
from tests.support.desktop import send_hints


def start_server(folder: Path) -> None:
    """Start the server on this data; it goes on when the process ends. Forking takes the time of the one who forks."""
    EmbeddedServer(folder, settings={"fsync": "off", "full_page_writes": "off"}).start()


def hold_everything(cinema: Cinema, show_id: int, seat_ids: list[int], at_once: int) -> None:
    """Hold all these seats at Counter 2, `at_once` in each transaction."""
    other = cinema.till("Counter 2", "sid")
    for first in range(0, len(seat_ids), at_once):
        taken = tuple(seat_ids[first : first + at_once])
        other.call(holds.hold_seats, hold_id=uuid4(), show_id=show_id, seat_ids=taken)
    cinema.close()


def forge_hints(cinema: Cinema, show_id: int, count: int) -> None:
    """Send so many hints as fast as the server takes them."""
    send_hints(cinema, show_id, count)
