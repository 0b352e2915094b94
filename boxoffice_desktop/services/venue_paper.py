"""What stands on a venue's paper besides the sale: address and tax number, a last line, the logo."""

import io
from dataclasses import asdict, dataclass, field
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.edits import require_fields
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.models import VenuePaperRow
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.edits import refuse_stale

# The same bounds as the table's checks; more lines would push a receipt's own first line out of sight.
_MOST_LINES: Final = 6
_LONGEST_ADDRESS: Final = 400
_LONGEST_NOTE: Final = 200


@dataclass(frozen=True, kw_only=True)
class VenuePaper:
    """What a venue has printed.

    Attributes:
        address: under the venue's name on receipts, slips and reports, in lines; the tax number too.
        note: the last line of receipts and slips, e.g. thanks.
        logo: a PNG as `reencode_logo` makes it; None for none.
    """

    address: str = ""
    note: str = ""
    logo: bytes | None = field(default=None, repr=False)

    @property
    def lines(self) -> tuple[str, ...]:
        """The address in its lines, without empty ones."""
        return tuple(line.strip() for line in self.address.splitlines() if line.strip())


def read_paper(session: Session, venue_id: int) -> VenuePaper:
    """The paper of a venue, for whoever prints on it."""
    return _read(session, venue_id)


def get_venue_paper(session: Session, context: Context) -> VenuePaper:
    """The paper of this till's venue, for whoever sets it.

    Raises:
        NotAllowedError: the signed-in person does not manage terminals.
    """
    context.permit(Permission.MANAGE_TERMINALS)
    return _read(session, context.venue_id)


def save_venue_paper(session: Session, context: Context, *, paper: VenuePaper, read: VenuePaper) -> VenuePaper:
    """Store `paper` in the place of the one that was `read`; what is printed from now on has it.

    Raises:
        NotAllowedError: the signed-in person does not manage terminals.
        InvalidFieldsError: field `address` or `note`; too long.
        StaleEditError: somebody else saved since; carries the `VenuePaper` as it is now.
    """
    context.permit(Permission.MANAGE_TERMINALS)
    require_fields(_check(paper))
    current = _read(session, context.venue_id, lock=True)
    if current != read:
        raise refuse_stale(session, "venue_paper", context.venue_id, current)
    if current != paper:
        values = asdict(paper)
        statement = insert(VenuePaperRow).values(venue_id=context.venue_id, **values)
        session.execute(statement.on_conflict_do_update(index_elements=["venue_id"], set_=values))
    return paper


def reencode_logo(data: bytes) -> bytes:
    """The picture as a PNG on white of at most 800 x 400 dots, without anything that was written into the file.

    Raises:
        InvalidInputError: field `logo`; the file is empty, too large, no picture of a known kind, or broken. Nothing
            that a file contains raises anything else.
    """
    # ReportLab stands behind it: no till pays for that at its start.
    from boxoffice_desktop.documents.logo import prepare_logo

    drawn = prepare_logo(data)
    if drawn is None:
        raise InvalidInputError("logo", "That is no picture that can be printed: use a PNG or JPEG of up to 10 MB.")
    out = io.BytesIO()
    drawn.image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _check(paper: VenuePaper) -> dict[str, str]:
    problems = {}
    if len(paper.address) > _LONGEST_ADDRESS or len(paper.lines) > _MOST_LINES:
        problems["address"] = f"At most {_MOST_LINES} lines and {_LONGEST_ADDRESS} letters."
    if len(paper.note) > _LONGEST_NOTE:
        problems["note"] = f"At most {_LONGEST_NOTE} letters."
    return problems


def _read(session: Session, venue_id: int, *, lock: bool = False) -> VenuePaper:
    columns = (VenuePaperRow.address, VenuePaperRow.note, VenuePaperRow.logo)
    statement = select(*columns).where(VenuePaperRow.venue_id == venue_id)
    row = session.execute(statement.with_for_update() if lock else statement).one_or_none()
    return VenuePaper() if row is None else VenuePaper(address=row.address, note=row.note, logo=row.logo)
