"""Write down every change of a management table: who, where, when, before and after.

Locks: a short exclusive lock on each management table while its triggers are made; selling touches none of them.
Tills of the last release refuse the newer schema at their next start and write the audit without knowing until then.
"""

from pathlib import Path

from alembic import op

revision = "0006_audit"
down_revision = "0005_grants"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0006_audit.sql"
_TABLES = (
    "venue",
    "area",
    "hall",
    "seat",
    "movie",
    "movie_poster",
    "show",
    "show_price",
    "tax_rate",
    "ticket_type",
    "price_list",
    "price",
    "staff",
    "staff_permission",
    "terminal",
)


def upgrade() -> None:
    # Straight to the driver: these texts are full of percent signs and colons that mean nothing to SQLAlchemy.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    for table in _TABLES:
        for operation in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER {table}_audit_{operation} ON boxoffice.{table}")
    op.execute("DROP TRIGGER movie_poster_audit_image ON boxoffice.movie_poster")
    op.execute("DROP TRIGGER staff_secret_audit_write ON boxoffice.staff_secret")
    op.execute("DROP TRIGGER staff_secret_audit_change ON boxoffice.staff_secret")
    op.execute("DROP TABLE boxoffice.audit")
    op.execute("DROP FUNCTION boxoffice.last_change(text, text)")
    op.execute("DROP FUNCTION boxoffice.may_read_audit()")
    op.execute("DROP FUNCTION boxoffice.guard_audit()")
    op.execute("DROP FUNCTION boxoffice.write_audit_of_secret()")
    op.execute("DROP FUNCTION boxoffice.write_audit_of_poster()")
    op.execute("DROP FUNCTION boxoffice.write_audit()")
    op.execute("DROP FUNCTION boxoffice.audit_changed(jsonb, jsonb)")
    op.execute("DROP FUNCTION boxoffice.audit_key(jsonb, text[])")
