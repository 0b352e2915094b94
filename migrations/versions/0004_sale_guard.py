"""Seal every sale: shift, numbers, prices, payments, seats and its journal entry.

Locks: none that matter, nothing else uses these objects yet. Tills of an earlier release: there are none.
"""

from pathlib import Path

from alembic import op

revision = "0004_sale_guard"
down_revision = "0003_seat_guard"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0004_sale_guard.sql"


def upgrade() -> None:
    # Straight to the driver: these texts are full of percent signs and colons that mean nothing to SQLAlchemy.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    for table in ("sale", "payment", "adjustment", "journal", "ticket"):
        op.execute(f"DROP TRIGGER {table}_stays ON boxoffice.{table}")
    op.execute("DROP FUNCTION boxoffice.guard_sale_stays()")
    op.execute("DROP TRIGGER sale_sealed ON boxoffice.sale")
    op.execute("DROP TRIGGER adjustment_sale_open ON boxoffice.adjustment")
    op.execute("DROP TRIGGER payment_sale_open ON boxoffice.payment")
    op.execute("DROP TRIGGER ticket_sale_open ON boxoffice.ticket")
    op.execute("DROP TRIGGER sale_guard ON boxoffice.sale")
    op.execute("DROP FUNCTION boxoffice.ticket_codes(uuid)")
    op.execute("DROP FUNCTION boxoffice.guard_sale_sealed()")
    op.execute("DROP FUNCTION boxoffice.seal_sale(uuid)")
    op.execute("DROP FUNCTION boxoffice.check_payments(boxoffice.sale, text, numeric)")
    op.execute("DROP FUNCTION boxoffice.cash_rounding(bigint, text)")
    op.execute("DROP FUNCTION boxoffice.cash_step(text)")
    op.execute("DROP FUNCTION boxoffice.redeem_gift_cards(uuid)")
    op.execute("DROP FUNCTION boxoffice.check_adjustments(uuid)")
    op.execute("DROP FUNCTION boxoffice.guard_sale_line()")
    op.execute("DROP FUNCTION boxoffice.guard_sale()")
    op.execute("DROP TRIGGER shift_entered ON boxoffice.shift")
    op.execute("DROP TRIGGER shift_guard ON boxoffice.shift")
    op.execute("DROP FUNCTION boxoffice.enter_shift()")
    op.execute("DROP FUNCTION boxoffice.guard_shift()")
    op.execute("DROP FUNCTION boxoffice.write_journal(integer, text, timestamptz, uuid, uuid, text)")
