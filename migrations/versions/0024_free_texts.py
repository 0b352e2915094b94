"""Keep card numbers out of reasons, names and phone numbers.

Locks: an exclusive lock on each table while its rows are checked. Tills of the last release are refused what they let
somebody type; they say that it was not possible.
"""

from pathlib import Path

from alembic import op

revision = "0024_free_texts"
down_revision = "0018_finding"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0024_free_texts.sql"
_TABLES = ("hold", "adjustment", "cash_movement", "z_report", "approval", "refund", "reservation")


def upgrade() -> None:
    # Straight to the driver, like every text of this folder.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    for table in _TABLES:
        op.execute(f"ALTER TABLE boxoffice.{table} DROP CONSTRAINT {table}_texts_harmless")
    op.execute("DROP FUNCTION boxoffice.holds_card_number(text)")
