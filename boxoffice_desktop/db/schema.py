"""Which schema this release works with, and whether the database has it."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.errors import SchemaMismatchError

# Every revision from the first to the newest, so that a till tells older from newer without loading Alembic.
# A test compares it with the migrations folder.
REVISIONS: Final = (
    "0001_tables",
    "0002_identity",
    "0003_seat_guard",
    "0004_sale_guard",
    "0005_grants",
    "0006_audit",
    "0007_editing",
    "0008_staff_guard",
    "0009_venue_settings",
    "0010_schedule_edits",
    "0011_out_of_order",
    "0022_admission",
    "0012_shifts",
    "0020_print_queue",
    "0017_reservations",
    "0018_finding",
    "0024_free_texts",
    "0021_reprint",
    "0015_promotions",
    "0013_approvals",
    "0016_gift_cards",
    "0019_carrying_over",
    "0014_refunds",
    "0023_venue_paper",
    "0025_own_venue",
)
HEAD: Final = REVISIONS[-1]


def check_schema(session: Session) -> None:
    """Raise SchemaMismatchError unless the database has the schema of this release."""
    try:
        found = session.execute(text("SELECT version_num FROM boxoffice.alembic_version")).scalar()
    except ProgrammingError:
        session.rollback()
        found = None
    if found != HEAD:
        raise SchemaMismatchError(found=found, wanted=HEAD, newer=found is not None and found not in REVISIONS)
