"""Let a ticket be printed again, with a reason, under a new code that ends the old one.

Locks: none that a sale waits for.
Tills of the last release refuse the newer schema at their next start; until then they print what the old function gave
them, which is the same while nothing was printed again.
"""

from pathlib import Path

from alembic import op

revision = "0021_reprint"
down_revision = "0024_free_texts"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0021_reprint.sql"
_QUEUE = Path(__file__).parents[1] / "sql" / "0020_print_queue.sql"
_CODES = "CREATE FUNCTION boxoffice.printable_codes"


def upgrade() -> None:
    # Straight to the driver, like every text of this folder.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    # The codes as they were before there were copies, from where they were written first.
    before = _QUEUE.read_text(encoding="utf-8")
    start = before.index(_CODES)
    text = before[start : before.index("$$;", start) + 3]
    op.get_bind().connection.cursor().execute(text.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1))
    op.execute("DROP FUNCTION boxoffice.reprint_ticket(uuid, bigint, text, bytea, uuid)")
    op.execute("DROP TABLE boxoffice.ticket_copy")
    op.execute("DROP FUNCTION boxoffice.guard_ticket_copy()")
