"""Let tickets in at the door, once each, and let tills register the keys that they sign tickets with.

Locks: none that a sale waits for; three new tables.
Tills of the last release refuse the newer schema at their next start; until then they print unsigned codes, which doors
check on the server.
"""

from pathlib import Path

from alembic import op

revision = "0022_admission"
down_revision = "0011_out_of_order"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0022_admission.sql"


def upgrade() -> None:
    # Straight to the driver, like every text of this folder.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    for table in ("late_scan", "admission", "ticket_key"):
        op.execute(f"DROP TABLE boxoffice.{table}")
    for function in (
        "door_book()",
        "undo_admission(bigint)",
        "admit(bytea, uuid, text, integer, integer, timestamptz)",
        "find_ticket(bytea)",
        "register_ticket_key(bytea)",
        "guard_admission()",
    ):
        op.execute(f"DROP FUNCTION boxoffice.{function}")
