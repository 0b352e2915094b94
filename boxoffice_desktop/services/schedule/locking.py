"""Locks on shows, and the versions that let two managers work at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, case, text, update
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.errors import ConflictError, NotFoundError
from boxoffice_desktop.domain.schedule import ShowHasSalesError
from boxoffice_desktop.models import Show, ShowPrice
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.schedule.reading import ShowBlock, read_block


class StaleShowError(ConflictError):
    """Somebody else changed the show since it was read. `current` is what it is now; None when it was taken off."""

    def __init__(self, current: ShowBlock | None) -> None:
        super().__init__("Somebody else changed this show meanwhile.")
        self.current = current


@dataclass(frozen=True, kw_only=True)
class ShowStamp:
    """A show and the version somebody saw of it."""

    show_id: int
    version: int


def lock_show(session: Session, context: Context, *, show_id: int, version: int | None) -> ShowBlock:
    """Lock a show against sales and other managers and read it; no `version` takes it as it is.

    Raises:
        NotFoundError: no such show.
        StaleShowError: it is not what it was at `version`, or it is off the schedule.
    """
    if lock_row(session, show_id) is None:
        raise NotFoundError("show", show_id) if version is None else StaleShowError(None)
    block = read_block(session, context, show_id=show_id)
    if version is not None and block.version != version:
        raise StaleShowError(block)
    return block


def require_no_sales(session: Session, block: ShowBlock) -> None:
    """Raise ShowHasSalesError when tickets stand on a locked show, or somebody is buying right now."""
    # Counted after the lock: what `lock_show` counted may have waited for a sale, but its snapshot did not.
    sold, held = session.connection().execute(_SALES, {"show": block.show_id}).one()
    if sold or held:
        raise ShowHasSalesError(sold=sold, held=held)


_SALES: Final = text(
    """
    SELECT count(*) FILTER (WHERE x.state = 'sold'),
           -- A broken seat is nobody's.
           count(*) FILTER (WHERE x.state = 'held' AND (x.held_until IS NULL OR x.held_until > clock_timestamp())
                              AND h.kind <> 'out_of_order')
      FROM boxoffice.show_seat x LEFT JOIN boxoffice.hold h ON h.hold_id = x.hold_id
     WHERE x.show_id = :show
    """
)
_LOCK: Final = text(
    """
    SELECT s.show_id, CAST(CAST(s.xmin AS text) AS bigint) AS version, s.price_list_id, s.is_price_list_chosen,
           EXISTS (SELECT FROM boxoffice.ticket k WHERE k.show_id = s.show_id)
           OR EXISTS (SELECT FROM boxoffice.reservation v WHERE v.show_id = s.show_id) AS had_customers
      FROM boxoffice.show s WHERE s.show_id = :show FOR UPDATE OF s
    """
)


def lock_row(session: Session, show_id: int) -> Row[Any] | None:
    """Lock a show's row and read of it what a block does not have; None when there is no such show."""
    return session.connection().execute(_LOCK, {"show": show_id}).one_or_none()


def read_stamp(session: Session, show_id: int) -> ShowStamp:
    """The stamp of a show after it was changed here."""
    row = lock_row(session, show_id)
    if row is None:
        raise NotFoundError("show", show_id)
    return ShowStamp(show_id=show_id, version=row.version)


def withdraw_row(session: Session, show_id: int) -> None:
    """A draft again: no prices, and no price list unless somebody chose it; another is found when it goes on sale."""
    session.execute(ShowPrice.__table__.delete().where(ShowPrice.show_id == show_id))  # type: ignore[attr-defined]  # the stubs know FromClause only
    kept = case((Show.is_price_list_chosen, Show.price_list_id))
    session.execute(update(Show).where(Show.show_id == show_id).values(status="draft", price_list_id=kept))


def delete_rows(session: Session, show_ids: Sequence[int]) -> None:
    """Delete drafts with their seats; the database refuses whatever is more than a draft."""
    session.connection().execute(_DELETE, {"shows": list(show_ids)})


_DELETE: Final = text("SELECT boxoffice.delete_drafts(:shows)")
