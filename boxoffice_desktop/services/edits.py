"""What every save of the manager's screens shares: noticing that somebody else was quicker."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.edits import StaleEditError


def refuse_stale(session: Session, table: str, key: object, current: object) -> StaleEditError:
    """The error for a save that comes too late: `current` is what stands there now; who and when, from the audit."""
    row = session.execute(
        text("SELECT display_name, at FROM boxoffice.last_change(:table, :key)"), {"table": table, "key": str(key)}
    ).one()
    return StaleEditError(current, changed_by=row.display_name or "", changed_at=row.at)
