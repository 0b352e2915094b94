"""Let sales have discounts and fees: promotions with codes and limits, approved prices, the booking fee, group types.

Locks: a short exclusive lock on ticket for a trigger; the rest is new. Tills of the last release refuse the newer
schema at their next start; until then they sell on at the prices of the lists, as before.
"""

from pathlib import Path

from alembic import op

revision = "0015_promotions"
down_revision = "0021_reprint"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0015_promotions.sql"
_TABLES = (
    "opened_code",
    "code_try",
    "booking_fee",
    "promotion_return",
    "promotion_redemption",
    "promotion_code",
    "promotion_use",
    "promotion",
)
_FUNCTIONS = (
    "guard_redemption()",
    "list_promotion_codes(integer)",
    "guard_group()",
    "count_promotion()",
    "redeem_promotions(uuid)",
    "check_promotions(uuid, integer, text, time)",
    "check_carried(uuid)",
    "adjusted_lines(uuid)",
    "tax_of_rest(bigint, bigint, bigint)",
    "lock_promotions(integer[], bigint[])",
    "has_opened(text, bigint)",
    "issue_gift_cards(uuid)",
    "find_gift_card(integer, text)",
    "open_code()",
    "offer_code(text)",
)
_REFUSES_ALL = """
CREATE OR REPLACE FUNCTION boxoffice.check_adjustments(p_sale_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'Nothing allows this discount.' USING ERRCODE = 'BX409';
END
$$
"""


def upgrade() -> None:
    # Straight to the driver, like every text of this folder.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("DROP TRIGGER ticket_group ON boxoffice.ticket")
    op.execute("DROP FUNCTION boxoffice.promotion_covers(boxoffice.promotion, integer, boxoffice.show, text, time)")
    for table in _TABLES:
        op.execute(f"DROP TABLE boxoffice.{table}")
    for function in _FUNCTIONS:
        op.execute(f"DROP FUNCTION boxoffice.{function}")
    op.execute(_REFUSES_ALL)
