"""Keep broken seats from sale for a time, in drafts and shows to come too; let drafts take a seat's new price area.

Locks: short exclusive locks on seat, show and show_seat for their triggers; nobody takes or sells seats
for that moment.
Tills of the last release refuse the newer schema at their next start; until then what they take out of order stays so
in the shows on sale, and is given back there.
"""

from pathlib import Path

from alembic import op

revision = "0011_out_of_order"
down_revision = "0010_schedule_edits"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0011_out_of_order.sql"
_TRIGGERS = (
    ("show_seat_finds_broken", "show_seat"),
    ("show_seat_left_broken", "show_seat"),
    ("show_finds_broken", "show"),
    ("seat_moves_drafts_to_area", "seat"),
    ("seat_mends_retired", "seat"),
)
_FUNCTIONS = (
    "mend_retired_seats()",
    "move_drafts_to_area()",
    "keep_broken_seat_that_was_left()",
    "find_broken_seats_of_moved()",
    "find_broken_seats_of_new()",
    "tell_shows_of_broken_seats()",
    "guard_broken_seat()",
    "keep_broken_seats(integer[], integer[])",
    "find_broken_hold(integer, integer)",
)


def upgrade() -> None:
    # Straight to the driver, like every text of this folder.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    for trigger, table in _TRIGGERS:
        op.execute(f"DROP TRIGGER {trigger} ON boxoffice.{table}")
    # Seats that are broken now stay kept, as the earlier release keeps them.
    op.execute(
        "CREATE OR REPLACE FUNCTION boxoffice.keeps_broken_seat(p_hold uuid, p_show integer, p_seat integer)"
        " RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
        " AS 'SELECT NULL::boolean'"
    )
    op.execute("DROP TABLE boxoffice.broken_seat")
    for function in _FUNCTIONS:
        op.execute(f"DROP FUNCTION boxoffice.{function}")
