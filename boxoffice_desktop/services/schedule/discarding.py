"""Taking drafts off the schedule for good, and making them anew when somebody thinks again."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from boxoffice_desktop.db.engine import add_hint
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.schedule import Occupied, ShowStatus, Span, WrongStatusError
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.schedule.locking import ShowStamp, delete_rows, lock_row, lock_show
from boxoffice_desktop.services.schedule.placing import (
    SHOWS_A_STATEMENT,
    columns_of_span,
    insert_shows,
    read_taken,
    require_room,
)
from boxoffice_desktop.services.schedule.venue import read_venue_time


@dataclass(frozen=True, kw_only=True)
class DiscardedDraft:
    """What a draft was before it was deleted; enough to make it anew.

    Attributes:
        show_id: what it was called; anew it gets another.
        price_list_id: the list that somebody had chosen for it; None when the rules decide.
    """

    show_id: int
    title: str
    movie_id: int
    hall_id: int
    span: Span
    format: str
    language: str
    price_list_id: int | None


def discard_drafts(session: Session, context: Context, *, stamps: Sequence[ShowStamp]) -> tuple[DiscardedDraft, ...]:
    """Delete drafts with their seats, all or none; `restore_drafts` makes them anew. In the order of the stamps.

    Raises:
        StaleShowError: somebody changed one since, or took it off.
        WrongStatusError: one is no draft any more.
        ConflictError: seats of one were sold or reserved once, before it became a draft again; it stays.
    """
    context.permit(Permission.MANAGE_SCHEDULE)
    found = {stamp.show_id: _read(session, context, stamp) for stamp in sorted(stamps, key=lambda each: each.show_id)}
    show_ids = list(found)
    for start in range(0, len(show_ids), SHOWS_A_STATEMENT):
        delete_rows(session, show_ids[start : start + SHOWS_A_STATEMENT])
    if show_ids:
        # Other managers' schedules read whole days again: one hint is enough.
        add_hint(session, show_ids[0], ())
    return tuple(found[stamp.show_id] for stamp in stamps)


def restore_drafts(session: Session, context: Context, *, drafts: Sequence[DiscardedDraft]) -> tuple[ShowStamp, ...]:
    """Make deleted drafts anew, all or none, in the given order; they have other ids.

    Raises:
        HallTakenError: its hall is taken meanwhile.
    """
    context.permit(Permission.MANAGE_SCHEDULE)
    zone = read_venue_time(session, context).zone
    taken = read_taken(session, {draft.hall_id for draft in drafts}, [draft.span for draft in drafts], zone)
    for draft in drafts:
        require_room(draft.hall_id, draft.span, taken)
        taken.append(Occupied(key=-draft.show_id, title=draft.title, hall_id=draft.hall_id, span=draft.span))
    stamps = insert_shows(
        session,
        [
            {
                "movie_id": draft.movie_id,
                "hall_id": draft.hall_id,
                **columns_of_span(draft.span),
                "format": draft.format,
                "language": draft.language,
                "price_list_id": draft.price_list_id,
                "is_price_list_chosen": draft.price_list_id is not None,
            }
            for draft in drafts
        ],
    )
    for stamp in stamps[:1]:
        add_hint(session, stamp.show_id, ())
    return stamps


def _read(session: Session, context: Context, stamp: ShowStamp) -> DiscardedDraft:
    block = lock_show(session, context, show_id=stamp.show_id, version=stamp.version)
    if block.status is not ShowStatus.DRAFT:
        raise WrongStatusError(block.status)
    row = lock_row(session, stamp.show_id)
    return DiscardedDraft(
        show_id=block.show_id,
        title=block.title,
        movie_id=block.movie_id,
        hall_id=block.hall_id,
        span=block.span,
        format=block.format,
        language=block.language,
        price_list_id=row.price_list_id if row is not None else None,
    )
