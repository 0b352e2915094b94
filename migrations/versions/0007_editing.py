"""Give the edited tables a version, films their formats and opening day, ticket types their rules.

Locks: a short exclusive lock on each table; new columns have constant defaults, no table is rewritten.
Tills of the last release refuse the newer schema at their next start and go on unharmed until then.
"""

from pathlib import Path

from alembic import op

revision = "0007_editing"
down_revision = "0006_audit"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0007_editing.sql"


def upgrade() -> None:
    # Straight to the driver: these texts are full of percent signs and colons that mean nothing to SQLAlchemy.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("REVOKE DELETE ON boxoffice.movie FROM boxoffice_till")
    for table in ("movie", "ticket_type", "tax_rate", "price_list", "staff"):
        op.execute(f"DROP TRIGGER {table}_version ON boxoffice.{table}")
        op.execute(f"ALTER TABLE boxoffice.{table} DROP COLUMN version")
    op.execute("DROP FUNCTION boxoffice.move_version_on()")
    op.execute("ALTER TABLE boxoffice.show DROP COLUMN is_price_list_chosen")
    for column in ("needs_age_proof", "is_for_members", "group_from"):
        op.execute(f"ALTER TABLE boxoffice.ticket_type DROP COLUMN {column}")
    op.execute("ALTER TABLE boxoffice.movie DROP COLUMN formats, DROP COLUMN languages, DROP COLUMN opens_on")
