"""Let a till find a ticket by its code, and the house's holds by their names.

Locks: hold cannot be written while its index is built, a second for a million rows. Tills of the last release are
not concerned.
"""

from pathlib import Path

from alembic import op

revision = "0018_finding"
down_revision = "0017_reservations"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0018_finding.sql"


def upgrade() -> None:
    # Straight to the driver, like every text of this folder.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("DROP INDEX boxoffice.hold_house_ix")
    op.execute("DROP FUNCTION boxoffice.ticket_of_code(bytea)")
