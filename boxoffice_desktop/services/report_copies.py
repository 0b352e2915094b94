"""Which print of an X or Z report it is. The database writes every copy into the journal, see `request_print`."""

from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.printing import DocumentKind, PrintState
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.print_queue import begin_print, end_print, request_print

# A report that was asked for while the shift ran stays an X report, however late the printer wakes up.
_IS_Z: Final = text(
    """
    SELECT EXISTS (
      SELECT FROM boxoffice.z_report z LEFT JOIN boxoffice.print_job own ON own.job_id = CAST(:job AS uuid)
       WHERE z.shift_id = :shift AND coalesce(own.made_at, 'infinity') > z.closed_at)
    """
)
# Those that came out or may have come out. The Z report is another one than the X reports before it.
_EARLIER: Final = text(
    """
    SELECT count(*) FROM boxoffice.print_job j
      LEFT JOIN boxoffice.z_report z ON z.shift_id = :shift
      LEFT JOIN boxoffice.print_job own ON own.job_id = CAST(:job AS uuid)
     WHERE j.kind = 'report' AND j.subject = CAST(:shift AS text) AND j.job_id IS DISTINCT FROM CAST(:job AS uuid)
       AND j.state IN ('done', 'doubt')
       AND (z.shift_id IS NULL OR (j.made_at > z.closed_at) = (coalesce(own.made_at, 'infinity') > z.closed_at))
    """
)


def is_z_report(session: Session, *, shift_id: UUID, job_id: UUID | None = None) -> bool:
    """Whether a shift's report, of this job or the next one, is the Z report: the shift was closed before."""
    return bool(session.execute(_IS_Z, {"shift": shift_id, "job": job_id}).scalar_one())


def count_report_copy(session: Session, *, shift_id: UUID, job_id: UUID | None = None) -> int:
    """Which print of a shift's report the one of this job is, or the next one; 1 for the first."""
    return int(session.execute(_EARLIER, {"shift": shift_id, "job": job_id}).scalar_one()) + 1


def note_report(session: Session, context: Context, *, job_id: UUID, shift_id: UUID) -> None:
    """Somebody printed a report past the queue, on a printer chosen in the window: the next one is a copy.

    Raises:
        NotSignedInError: nobody is signed in.
    """
    request_print(session, context, job_id=job_id, kind=DocumentKind.REPORT, subject=str(shift_id))
    if begin_print(session, context, job_id=job_id, printer="") is not None:
        end_print(session, context, job_id=job_id, state=PrintState.DONE)
