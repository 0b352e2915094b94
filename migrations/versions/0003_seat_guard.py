"""Guard the changes of show seats and write their activity.

Locks: none that matter, nothing else uses these objects yet. Tills of an earlier release: there are none.
"""

from pathlib import Path

from alembic import op

revision = "0003_seat_guard"
down_revision = "0002_identity"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0003_seat_guard.sql"


def upgrade() -> None:
    # Straight to the driver: these texts are full of percent signs and colons that mean nothing to SQLAlchemy.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("DROP TRIGGER hold_guard ON boxoffice.hold")
    op.execute("DROP TRIGGER show_seat_born_free ON boxoffice.show_seat")
    op.execute("DROP TRIGGER show_seat_guard ON boxoffice.show_seat")
    op.execute("DROP FUNCTION boxoffice.guard_hold()")
    op.execute("DROP FUNCTION boxoffice.guard_new_show_seat()")
    op.execute("DROP FUNCTION boxoffice.guard_show_seat()")
    op.execute("DROP FUNCTION boxoffice.require_basket_limit(integer, integer[], timestamptz)")
    op.execute(
        "DROP FUNCTION boxoffice.may_hold(integer, text[], integer, integer, integer, timestamptz, boxoffice.hold,"
        " timestamptz)"
    )
    op.execute("DROP FUNCTION boxoffice.keeps_broken_seat(uuid, integer, integer)")
    op.execute("DROP FUNCTION boxoffice.may_keep(text, text[])")
