"""Let cash move beside sales, and shifts be counted and closed with a Z report.

Locks: a short exclusive lock on venue for two columns, and on the tables of shifts for triggers. Tills of the last
release refuse the newer schema at their next start; until then they sell on in the shifts that are open.
"""

from pathlib import Path

from alembic import op

revision = "0012_shifts"
down_revision = "0022_admission"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0012_shifts.sql"
_TABLES = ("shift", "cash_movement", "cash_count", "z_report")
_FUNCTIONS = (
    "close_shift(uuid, uuid, bigint[], integer[], text)",
    "read_x_report(uuid)",
    "shift_sight(uuid)",
    "shift_totals(uuid)",
    "shift_cash(uuid)",
    "await_acts(integer)",
    "record_cash(uuid, text, bigint, text, uuid, bigint[], integer[])",
    "write_cash(boxoffice.cash_movement, bigint[], integer[], text)",
    "guard_cash_stays()",
)


def upgrade() -> None:
    # Straight to the driver, like every text of this folder.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("DROP INDEX boxoffice.shift_opened_ix")
    for table in _TABLES:
        op.execute(f"DROP TRIGGER {table}_stays ON boxoffice.{table}")
    for function in _FUNCTIONS:
        op.execute(f"DROP FUNCTION boxoffice.{function}")
    op.execute("ALTER TABLE boxoffice.venue DROP COLUMN pay_out_limit, DROP COLUMN difference_limit")
