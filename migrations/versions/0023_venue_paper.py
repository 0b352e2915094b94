"""Keep what stands on a venue's paper: address, a last line, the logo.

Locks: none on tables that are in use. Tills of the last release refuse the newer schema at their next start; until then
their paper has none of it.
"""

from pathlib import Path

from alembic import op

revision = "0023_venue_paper"
down_revision = "0014_refunds"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0023_venue_paper.sql"


def upgrade() -> None:
    # Straight to the driver, like every text of this folder.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("DROP TABLE boxoffice.venue_paper")
    op.execute("DROP FUNCTION boxoffice.guard_venue_paper()")
    op.execute("DROP FUNCTION boxoffice.write_audit_of_logo()")
