"""Let drafts be deleted for good, and price lists hold past midnight.

Locks: an index on ticket is built, which stops sales while it is (a second for a million tickets); a short exclusive
lock on price_list. Tills of the last release refuse the newer schema at their next start; until then a draft that they
take off stays as a cancelled show.
"""

from pathlib import Path

from alembic import op

revision = "0010_schedule_edits"
down_revision = "0009_venue_settings"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0010_schedule_edits.sql"


def upgrade() -> None:
    # Straight to the driver, like every text of this folder.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("ALTER TABLE boxoffice.price_list DROP CONSTRAINT price_list_times_differ")
    # Lists that pass midnight meanwhile stay as they are.
    op.execute(
        "ALTER TABLE boxoffice.price_list ADD CONSTRAINT price_list_times_in_order"
        " CHECK (from_time < to_time) NOT VALID"
    )
    op.execute("DROP FUNCTION boxoffice.delete_drafts(integer[])")
    op.execute("DROP INDEX boxoffice.ticket_place_ix")
