"""Who changed what on the management tables."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from boxoffice_desktop.models.base import Base, BigKey


class Audit(Base):
    """One changed row of a management table, written by its triggers and never changed.

    `row_key` is the row's key, parts of it joined by commas; `before` and `after` hold the columns that changed.
    No foreign keys: they would slow a bulk import, and staff and terminals are never deleted. Null staff and terminal
    mean the owner: set-up and command line.
    """

    __tablename__ = "audit"
    __table_args__ = (
        CheckConstraint("operation IN ('insert', 'update', 'delete')", name="operation_known"),
        Index("audit_row_ix", "table_name", "row_key", "audit_id"),
        Index("audit_at_ix", "at"),
    )

    audit_id: Mapped[BigKey]
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    terminal_id: Mapped[int | None]
    staff_id: Mapped[int | None]
    table_name: Mapped[str]
    row_key: Mapped[str]
    operation: Mapped[str]
    before: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    after: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
