"""Let managers set how long seats are kept, how many seats one sale takes and when the business day ends.

Locks: a short exclusive lock on venue; nobody takes or sells seats for that moment.
Tills of the last release refuse the newer schema at their next start; until then they only read this table.
"""

from pathlib import Path

from alembic import op

revision = "0009_venue_settings"
down_revision = "0008_staff_guard"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0009_venue_settings.sql"


def upgrade() -> None:
    # Straight to the driver, like every text of this folder.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("DROP TRIGGER venue_own ON boxoffice.venue")
    op.execute("DROP FUNCTION boxoffice.guard_own_venue()")
    op.execute("DROP TRIGGER venue_permission ON boxoffice.venue")
    op.execute(
        "REVOKE UPDATE (hold_seconds, hold_cap_seconds, basket_limit, day_ends_at, reservation_minutes,"
        " reservation_limit) ON boxoffice.venue"
        " FROM boxoffice_till"
    )
