"""Let gift cards be sold, pay, and take refunds back.

Locks: none on tables that are in use. Tills of the last release refuse the newer schema at their next start; until then
they know of no gift cards.
"""

from pathlib import Path

from alembic import op

revision = "0016_gift_cards"
down_revision = "0013_approvals"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0016_gift_cards.sql"
_FUNCTIONS = (
    "guard_gift_card_entry()",
    "lock_gift_cards(bigint[])",
    "take_back_gift_cards(uuid, uuid)",
    "lock_sold_gift_cards(uuid)",
    "credit_gift_cards(uuid)",
    "refund_to_gift_card(bigint, bigint, uuid)",
    "move_gift_card(bigint, text, bigint, uuid, uuid)",
    "make_gift_card(bytea)",
    "printable_gift_cards(uuid)",
    "keep_gift_card_code(bigint, text)",
)
_NONE = """
CREATE OR REPLACE FUNCTION boxoffice.{}(p_sale_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'There is no such gift card.' USING ERRCODE = 'BX409';
END
$$
"""
_FIND_NONE = """
CREATE OR REPLACE FUNCTION boxoffice.find_gift_card(
  p_venue integer, p_code text, OUT gift_card_id bigint, OUT balance bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT NULL::bigint, NULL::bigint
$$
"""
_PRINT_ALL = """
CREATE OR REPLACE FUNCTION boxoffice.queue_tickets() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO boxoffice.print_job (job_id, terminal_id, kind, subject, made_at)
  VALUES (NEW.sale_id, NEW.terminal_id, 'tickets', NEW.sale_id, NEW.at);
  RETURN NULL;
END
$$
"""


def upgrade() -> None:
    # Straight to the driver, like every text of this folder.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    for function in ("issue_gift_cards", "redeem_gift_cards"):
        op.execute(_NONE.format(function))
    op.execute(_FIND_NONE)
    op.execute(_PRINT_ALL)
    op.execute("DROP TRIGGER print_job_forgets_codes ON boxoffice.print_job")
    op.execute("DROP FUNCTION boxoffice.forget_gift_card_codes()")
    op.execute("DROP TABLE boxoffice.gift_card_code")
    op.execute("DROP TABLE boxoffice.gift_card_entry")
    op.execute("DROP TABLE boxoffice.gift_card")
    for function in _FUNCTIONS:
        op.execute(f"DROP FUNCTION boxoffice.{function}")
