"""Keep seats for people who come later: reservations with a code and a deadline.

Locks: a short exclusive lock on hold, whose rows are not read. Tills of the last release know no reservations and see
held seats.
"""

from pathlib import Path

from alembic import op

revision = "0017_reservations"
down_revision = "0020_print_queue"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0017_reservations.sql"


def upgrade() -> None:
    # Straight to the driver, like every text of this folder.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    for table in ("hold", "reservation"):
        op.execute(f"DROP POLICY {table}_makers ON boxoffice.{table}")
        op.execute(f"DROP POLICY {table}_readers ON boxoffice.{table}")
        op.execute(f"ALTER TABLE boxoffice.{table} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP FUNCTION boxoffice.venue_of_names()")
    op.execute("DROP TRIGGER show_moves_reservations ON boxoffice.show")
    op.execute("DROP TRIGGER reservation_seat_serving ON boxoffice.reservation_seat")
    op.execute("DROP TRIGGER reservation_seat_guard ON boxoffice.reservation_seat")
    op.execute("DROP TRIGGER reservation_guard ON boxoffice.reservation")
    for function in ("move_reservations", "guard_serving", "guard_reservation_seats", "guard_reservation"):
        op.execute(f"DROP FUNCTION boxoffice.{function}()")
    op.execute("REVOKE ALL ON boxoffice.reservation, boxoffice.reservation_seat FROM boxoffice_till")
    op.execute("REVOKE ALL (served_by) ON boxoffice.reservation_seat FROM boxoffice_till")
