"""Take sales back: voids, refunds, exchanges, cancelled shows and what is paid out for them.

Locks: short exclusive locks on ticket and the tables of refunds for their triggers. Tills of the last release sell on.
"""

from pathlib import Path

from alembic import op

revision = "0014_refunds"
down_revision = "0019_carrying_over"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0014_refunds.sql"
_TRIGGERS = (
    ("payout_stays", "payout"),
    ("refund_payment_stays", "refund_payment"),
    ("refund_line_stays", "refund_line"),
    ("refund_stays", "refund"),
    ("ticket_ends_once", "ticket"),
    ("refund_exchanged", "refund"),
)
_FUNCTIONS = (
    "guard_refund_stays()",
    "guard_ticket_void()",
    "find_sale_of(bytea)",
    "pay_out_owed(uuid, uuid, smallint)",
    "guard_exchange()",
    "take_back(uuid, text, uuid, bigint[], text, uuid, uuid, integer[], integer[], bigint[], text[], bigint[], text[])",
    "refund_words(boxoffice.refund)",
    "check_money_back(boxoffice.refund)",
    "lock_sales(uuid[])",
    "lock_tickets(text, uuid, bigint[], integer[], integer[])",
    "permit_taking_back(text, uuid, boxoffice.sale, uuid, bigint, bigint, uuid)",
    "is_sale_of(uuid, integer, uuid)",
    "ticket_values(uuid, boolean)",
)


def upgrade() -> None:
    # Straight to the driver, like every text of this folder.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    for trigger, table in _TRIGGERS:
        op.execute(f"DROP TRIGGER {trigger} ON boxoffice.{table}")
    for function in _FUNCTIONS:
        op.execute(f"DROP FUNCTION boxoffice.{function}")
