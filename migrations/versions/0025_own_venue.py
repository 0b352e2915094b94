"""Let people manage the rows of their own venue only.

Locks: a short exclusive lock on each management table for its triggers. Tills of the last release notice nothing.
"""

from pathlib import Path

from alembic import op

revision = "0025_own_venue"
down_revision = "0023_venue_paper"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0025_own_venue.sql"
_TABLES = (
    "area",
    "hall",
    "tax_rate",
    "ticket_type",
    "price_list",
    "staff",
    "terminal",
    "promotion",
    "booking_fee",
    "seat",
    "show",
    "show_price",
    "price",
    "staff_permission",
    "promotion_code",
    "broken_seat",
)


def upgrade() -> None:
    # Straight to the driver, like every text of this folder.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("DROP TRIGGER show_seat_venue_insert ON boxoffice.show_seat")
    for table in _TABLES:
        for operation in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER {table}_venue_{operation} ON boxoffice.{table}")
    op.execute("DROP FUNCTION boxoffice.guard_rows_of_venue()")
