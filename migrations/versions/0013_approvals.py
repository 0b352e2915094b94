"""Let a supervisor approve one act at the cashier's till by name and PIN.

Locks: a short exclusive lock on approval, which nothing uses yet. Tills of the last release never ask for approvals.
"""

from pathlib import Path

from alembic import op

revision = "0013_approvals"
down_revision = "0015_promotions"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0013_approvals.sql"


def upgrade() -> None:
    # Straight to the driver, like every text of this folder.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("DROP TRIGGER approval_stays ON boxoffice.approval")
    op.execute("DROP FUNCTION boxoffice.guard_approval()")
    op.execute("DROP FUNCTION boxoffice.use_approval(uuid, text, uuid, bigint, uuid)")
    op.execute("DROP FUNCTION boxoffice.grant_approval(text, uuid, bigint, text)")
