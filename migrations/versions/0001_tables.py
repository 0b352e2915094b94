"""Create the tables of venues, programme, prices, staff, shifts, sales, refunds and the journal.

Locks: none that matter, nothing else uses these objects yet. Tills of an earlier release: there are none.
"""

from pathlib import Path

from alembic import op

revision = "0001_tables"
down_revision = None
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0001_tables.sql"


def upgrade() -> None:
    # Straight to the driver: these texts are full of percent signs and colons that mean nothing to SQLAlchemy.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("ALTER TABLE boxoffice.show_seat DROP CONSTRAINT show_seat_ticket_id_fkey")
    for table in ("payout", "refund_payment", "refund_line", "refund", "approval"):
        op.execute(f"DROP TABLE boxoffice.{table}")
    for table in ("z_report", "cash_count", "cash_movement", "adjustment", "reservation_seat", "reservation"):
        op.execute(f"DROP TABLE boxoffice.{table}")
    op.execute("DROP TABLE boxoffice.ticket")
    op.execute("DROP TABLE boxoffice.show_seat")
    op.execute("DROP TABLE boxoffice.show_price")
    op.execute("DROP TABLE boxoffice.payment")
    op.execute("DROP TABLE boxoffice.journal")
    op.execute("DROP TABLE boxoffice.sign_in_try")
    op.execute("DROP TABLE boxoffice.backend_session")
    op.execute("DROP TABLE boxoffice.terminal_chain")
    op.execute("DROP TABLE boxoffice.shift")
    op.execute("DROP TABLE boxoffice.staff_session")
    op.execute("DROP TABLE boxoffice.staff_secret")
    op.execute("DROP TABLE boxoffice.staff_permission")
    op.execute("DROP TABLE boxoffice.show")
    op.execute("DROP TABLE boxoffice.seat_activity")
    op.execute("DROP TABLE boxoffice.seat")
    op.execute("DROP TABLE boxoffice.sale")
    op.execute("DROP TABLE boxoffice.price")
    op.execute("DROP TABLE boxoffice.hold")
    op.execute("DROP TABLE boxoffice.ticket_type")
    op.execute("DROP TABLE boxoffice.terminal")
    op.execute("DROP TABLE boxoffice.tax_rate")
    op.execute("DROP TABLE boxoffice.staff")
    op.execute("DROP TABLE boxoffice.price_list")
    op.execute("DROP TABLE boxoffice.movie_poster")
    op.execute("DROP TABLE boxoffice.hall")
    op.execute("DROP TABLE boxoffice.area")
    op.execute("DROP TABLE boxoffice.venue")
    op.execute("DROP TABLE boxoffice.movie")
    for function in ("looks_like_card_number", "plain_digits", "passes_luhn"):
        op.execute(f"DROP FUNCTION boxoffice.{function}(text)")
