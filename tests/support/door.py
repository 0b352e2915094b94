"""What tests do at the door: codes of sold seats, scans, keys."""

from uuid import UUID, uuid4

from boxoffice_desktop.domain.admission import DoorPlace, Judgement
from boxoffice_desktop.domain.ticket_codes import Reading
from boxoffice_desktop.services.door import admissions
from tests.support.cinema import Cinema, Till

ANYWHERE = DoorPlace(name="Front door")


def code_of(cinema: Cinema, seat: str) -> bytes:
    """The code of the newest ticket for a seat of the show, as the owner reads it."""
    found = cinema.query(
        "SELECT code FROM boxoffice.ticket WHERE seat_id = %s ORDER BY ticket_id DESC LIMIT 1", cinema.seats[seat]
    )
    return bytes(found[0][0])


def scan(till: Till, code: bytes, place: DoorPlace = ANYWHERE, scan_id: UUID | None = None) -> Judgement:
    return till.call(admissions.admit, readings=(Reading(code=code),), place=place, scan_id=scan_id or uuid4())


def void(cinema: Cinema, seat: str) -> None:
    """End the ticket of a seat, as the owner: what a refund does to it."""
    with cinema.admin() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(
            "UPDATE boxoffice.ticket SET voided_by = gen_random_uuid() WHERE seat_id = %s", (cinema.seats[seat],)
        )


def play_today(cinema: Cinema, *, minutes: int = 30) -> None:
    """Let the show begin in `minutes`, as the owner, and be today's whatever the clock says."""
    with cinema.admin() as admin:
        # The business day ends at the hour that is farthest from now.
        admin.execute(
            "UPDATE boxoffice.venue SET day_ends_at ="
            " ((clock_timestamp() AT TIME ZONE time_zone) - interval '12 hours')::time"
        )
        admin.execute(
            "UPDATE boxoffice.show SET starts_at = clock_timestamp() + make_interval(mins => %s),"
            " ends_at = clock_timestamp() + make_interval(mins => %s + 120),"
            " occupies = tstzrange(clock_timestamp() + make_interval(mins => %s - 10),"
            " clock_timestamp() + make_interval(mins => %s + 150))"
            " WHERE show_id = %s",
            (minutes, minutes, minutes, minutes, cinema.show_id),
        )


def add_copy(cinema: Cinema, seat: str, copy: int) -> bytes:
    """Print the ticket of a seat again, as the owner: of all that a reprint does, a newer code. Returns it."""
    code = bytes([copy]) * 16
    cinema.execute(
        "INSERT INTO boxoffice.ticket_copy (ticket_id, copy, reprint_id, code, reason, staff_id, terminal_id, at)"
        " SELECT ticket_id, %s, gen_random_uuid(), %s, 'torn', 2, 2, now() FROM boxoffice.ticket WHERE seat_id = %s",
        copy,
        code,
        cinema.seats[seat],
    )
    return code
