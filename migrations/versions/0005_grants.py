"""Say what a till may do at all, and which permission each management table asks for.

Locks: none that matter, nothing else uses these objects yet. Tills of an earlier release: there are none.
"""

from pathlib import Path

from alembic import op

revision = "0005_grants"
down_revision = "0004_sale_guard"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0005_grants.sql"


def upgrade() -> None:
    # Straight to the driver: these texts are full of percent signs and colons that mean nothing to SQLAlchemy.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("DROP TRIGGER area_permission ON boxoffice.area")
    op.execute("DROP TRIGGER hall_permission ON boxoffice.hall")
    op.execute("DROP TRIGGER seat_permission ON boxoffice.seat")
    op.execute("DROP TRIGGER movie_permission ON boxoffice.movie")
    op.execute("DROP TRIGGER movie_poster_permission ON boxoffice.movie_poster")
    op.execute("DROP TRIGGER show_permission ON boxoffice.show")
    op.execute("DROP TRIGGER show_seat_permission ON boxoffice.show_seat")
    op.execute("DROP TRIGGER show_price_permission ON boxoffice.show_price")
    op.execute("DROP TRIGGER tax_rate_permission ON boxoffice.tax_rate")
    op.execute("DROP TRIGGER ticket_type_permission ON boxoffice.ticket_type")
    op.execute("DROP TRIGGER price_list_permission ON boxoffice.price_list")
    op.execute("DROP TRIGGER price_permission ON boxoffice.price")
    op.execute("REVOKE ALL ON ALL TABLES IN SCHEMA boxoffice FROM boxoffice_till")
    op.execute("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA boxoffice FROM boxoffice_till")
    op.execute("REVOKE ALL ON SCHEMA boxoffice FROM boxoffice_till")
