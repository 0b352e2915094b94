"""Let the server know who works on a connection: terminal by login, person by sign-in.

Locks: none that matter, nothing else uses these objects yet. Tills of an earlier release: there are none.
"""

from pathlib import Path

from alembic import op

revision = "0002_identity"
down_revision = "0001_tables"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0002_identity.sql"


def upgrade() -> None:
    # Straight to the driver: these texts are full of percent signs and colons that mean nothing to SQLAlchemy.
    op.get_bind().connection.cursor().execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("DROP FUNCTION boxoffice.sign_out()")
    op.execute("DROP FUNCTION boxoffice.attach(bytea)")
    op.execute("DROP FUNCTION boxoffice.sign_in(bytea)")
    op.execute("DROP FUNCTION boxoffice.offer_key(text, bytea)")
    op.execute("DROP FUNCTION boxoffice.bind_backend(bigint)")
    op.execute("DROP FUNCTION boxoffice.sign_in_salt(text)")
    op.execute("DROP FUNCTION boxoffice.guard_permission()")
    op.execute("DROP FUNCTION boxoffice.require(text)")
    op.execute("DROP FUNCTION boxoffice.session_identity()")
