"""Let managers manage people and counters, and keep them from giving what they lack and from locking everybody out.

Locks: a short exclusive lock on staff, staff_permission and terminal; nobody signs in for that moment.
Tills of the last release refuse the newer schema at their next start; until then they only read these tables.
"""

from pathlib import Path

from alembic import op

revision = "0008_staff_guard"
down_revision = "0007_editing"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0008_staff_guard.sql"


def upgrade() -> None:
    # Straight to the driver: these texts are full of percent signs and colons that mean nothing to SQLAlchemy.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("REVOKE UPDATE (name, mark) ON boxoffice.terminal FROM boxoffice_till")
    op.execute("REVOKE INSERT, DELETE ON boxoffice.staff_permission FROM boxoffice_till")
    op.execute("REVOKE INSERT (venue_id, user_name, display_name, is_active) ON boxoffice.staff FROM boxoffice_till")
    op.execute("REVOKE UPDATE (user_name, display_name, is_active) ON boxoffice.staff FROM boxoffice_till")
    op.execute("DROP TRIGGER staff_permission_last_manager ON boxoffice.staff_permission")
    op.execute("DROP TRIGGER staff_last_manager ON boxoffice.staff")
    op.execute("DROP TRIGGER staff_permission_within_me ON boxoffice.staff_permission")
    op.execute("DROP TRIGGER staff_within_me ON boxoffice.staff")
    op.execute("DROP TRIGGER terminal_manager ON boxoffice.terminal")
    op.execute("DROP TRIGGER staff_permission_manager ON boxoffice.staff_permission")
    op.execute("DROP TRIGGER staff_manager ON boxoffice.staff")
    op.execute("DROP FUNCTION boxoffice.terminal_presence()")
    op.execute("DROP FUNCTION boxoffice.staff_presence()")
    op.execute("DROP FUNCTION boxoffice.staff_locks()")
    op.execute("DROP FUNCTION boxoffice.end_stays(integer)")
    op.execute("DROP FUNCTION boxoffice.unlock_staff(integer)")
    op.execute("DROP FUNCTION boxoffice.set_staff_secret(integer, bytea, bytea)")
    op.execute("DROP FUNCTION boxoffice.guard_last_manager()")
    op.execute("DROP FUNCTION boxoffice.require_managers(integer, text[])")
    op.execute("DROP FUNCTION boxoffice.guard_staff_permission()")
    op.execute("DROP FUNCTION boxoffice.guard_staff()")
    op.execute("DROP FUNCTION boxoffice.beyond_me(integer)")
