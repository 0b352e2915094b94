"""Give every sealed sale its print job, in the sale's own transaction, and guard what may become of a print job.

Locks: a short exclusive lock on journal; nobody sells for that moment.
Tills of the last release refuse the newer schema at their next start; until then they print as they did, and what they
sell stays in the queue, waiting, for their next start.
"""

from pathlib import Path

from alembic import op

revision = "0020_print_queue"
down_revision = "0012_shifts"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0020_print_queue.sql"


def upgrade() -> None:
    # Straight to the driver, like every text of this folder.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("DROP TRIGGER journal_prints_tickets ON boxoffice.journal")
    op.execute("DROP TABLE boxoffice.print_step")
    op.execute("DROP TABLE boxoffice.print_job")
    op.execute("DROP FUNCTION boxoffice.printable_codes(uuid)")
    op.execute("DROP FUNCTION boxoffice.request_print(uuid, text, text, text)")
    op.execute("DROP FUNCTION boxoffice.write_print_step()")
    op.execute("DROP FUNCTION boxoffice.guard_print_job()")
    op.execute("DROP FUNCTION boxoffice.is_dead_terminal(integer)")
    op.execute("DROP FUNCTION boxoffice.queue_tickets()")
