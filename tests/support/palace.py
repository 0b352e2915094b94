"""The largest hall of the demo in a test's cinema."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from boxoffice_desktop.db.provisioning import owner_connection
from boxoffice_desktop.domain.permissions import ADMINISTRATOR
from boxoffice_desktop.domain.seating_plan import parse_plan
from boxoffice_desktop.files import resources_folder
from boxoffice_desktop.services import programme
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.imports.halls import import_hall
from tests.support.cinema import Cinema


def add_palace(cinema: Cinema) -> int:
    """Add the hall with a show that is on sale, every area at one price; returns the show's id."""
    context = Context(
        terminal_id=0,
        terminal_name="",
        venue_id=cinema.venue_id,
        staff_id=cinema.query("SELECT staff_id FROM boxoffice.staff WHERE user_name = 'mona'")[0][0],
        staff_name="",
        permissions=ADMINISTRATOR,
        now=datetime.now(UTC),  # noqa: TID251  the test is the composition here
    )
    plan = parse_plan((resources_folder() / "demo" / "palace.json").read_bytes())
    with owner_connection(cinema.admin_conninfo) as connection, Session(connection) as session:
        import_hall(session, context, plan=plan, venue_name="Test Cinema", hall_name="Palace")
        session.commit()
    cinema.execute(
        "INSERT INTO boxoffice.price SELECT 1, a.area_id, t.ticket_type_id, 1000, 1"
        " FROM boxoffice.area a, boxoffice.ticket_type t ON CONFLICT DO NOTHING"
    )
    hall_id = cinema.query("SELECT hall_id FROM boxoffice.hall WHERE name = 'Palace'")[0][0]
    manager = cinema.till("Counter 3", "mona")
    show_id = manager.call(
        programme.create_show,
        movie_id=cinema.movie_id,
        hall_id=hall_id,
        starts_at=cinema.starts_at + timedelta(hours=1),
    )
    manager.call(programme.put_on_sale, show_ids=(show_id,))
    return show_id
