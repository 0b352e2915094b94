"""Let tickets that are exchanged take their discounts and fees along, and give uses back that no ticket has any more.

Locks: none. Tills of the last release refuse the newer schema at their next start; until then they know of nothing that
is carried over.
"""

from pathlib import Path

from alembic import op

revision = "0019_carrying_over"
down_revision = "0016_gift_cards"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0019_carrying_over.sql"
_FUNCTIONS = (
    "give_back_uses(uuid)",
    "lock_uses(bigint[])",
    "redemption_stands(boxoffice.promotion_redemption)",
    "redemptions_of(bigint[])",
    "keeps_fees(uuid)",
    "carried_amount(boxoffice.promotion, bigint, bigint, bigint)",
)
_CARRIES_NOTHING = """
CREATE OR REPLACE FUNCTION boxoffice.check_carried(p_sale_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'No ticket was exchanged for this one.' USING ERRCODE = 'BX409';
END
$$
"""


def upgrade() -> None:
    # Straight to the driver, like every text of this folder.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute(_CARRIES_NOTHING)
    for function in _FUNCTIONS:
        op.execute(f"DROP FUNCTION boxoffice.{function}")
