"""Approvals: a supervisor's single-use yes to one act of the cashier's, given by name and PIN at the cashier's till.

The cashier stays signed in. Like signing in it takes two transactions: `staff.offer_key` counts the try, then
`grant_approval` answers what is committed; `Till.approve` does both.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.cards import refuse_card_number
from boxoffice_desktop.domain.errors import InvalidInputError, NotAllowedError, SignInRefusedError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.models import Staff, StaffPermission
from boxoffice_desktop.services.context import Context

_LONGEST_REASON: Final = 500


@dataclass(frozen=True, kw_only=True)
class ApprovalRequest:
    """What somebody is asked to say yes to.

    Attributes:
        act: one word for the act, e.g. `refund`; the guard that uses the approval asks for the same.
        subject: the key of what it is about, e.g. the sale.
        amount: minor units.
        reason: what the cashier says, for the journal.
    """

    act: str
    subject: UUID
    amount: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Approval:
    """A yes, to be used until `expires_at` (by the database's clock), once. `approver` is who gave it."""

    approval_id: UUID
    request: ApprovalRequest
    approver: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class ApprovalAnswer:
    """What the database said. It is an answer, not an error: an error would undo the count of failures."""

    outcome: str
    wait_seconds: int
    approval: Approval | None

    def accept(self) -> Approval:
        """The approval.

        Raises:
            SignInRefusedError: wrong name or PIN, or too soon after a wrong one.
            NotAllowedError: the PIN is right, but its owner may not approve.
        """
        if self.approval is not None:
            return self.approval
        if self.outcome == "not_allowed":
            raise NotAllowedError(Permission.APPROVE.value)
        raise SignInRefusedError(wait_seconds=self.wait_seconds, locked=self.outcome == "locked")


@dataclass(frozen=True, kw_only=True)
class Approver:
    """Somebody who may approve."""

    user_name: str
    display_name: str


def list_approvers(session: Session, context: Context) -> tuple[Approver, ...]:
    """The active people of the venue who may approve, by name."""
    rows = session.execute(
        select(Staff.user_name, Staff.display_name)
        .join(StaffPermission, StaffPermission.staff_id == Staff.staff_id)
        .where(
            Staff.venue_id == context.venue_id, Staff.is_active, StaffPermission.permission == Permission.APPROVE.value
        )
        .order_by(Staff.display_name)
    )
    return tuple(Approver(user_name=user_name, display_name=name) for user_name, name in rows)


def check_request(request: ApprovalRequest) -> None:
    """Refuse what no approval can be for, before anybody types a PIN.

    Raises:
        InvalidInputError: a negative amount, or a reason that is too long or holds a card number.
    """
    if request.amount < 0:
        raise InvalidInputError("amount", "An amount cannot be negative.")
    if len(request.reason) > _LONGEST_REASON:
        raise InvalidInputError("reason", f"A reason has at most {_LONGEST_REASON} characters.")
    refuse_card_number("reason", request.reason)


def grant_approval(session: Session, context: Context, *, request: ApprovalRequest) -> ApprovalAnswer:  # noqa: ARG001
    """What became of the key that this till has offered: an approval if it is right and its owner may approve.

    The first half, `staff.offer_key`, is committed before.

    Raises:
        NotSignedInError: nobody is signed in at this till.
    """
    check_request(request)
    row = session.execute(
        text("SELECT * FROM boxoffice.grant_approval(:act, :subject, :amount, :reason)"),
        {"act": request.act, "subject": request.subject, "amount": request.amount, "reason": request.reason},
    ).one()
    approval = None
    if row.outcome == "ok":
        approval = Approval(
            approval_id=row.approval_id, request=request, approver=row.display_name, expires_at=row.expires_at
        )
    return ApprovalAnswer(outcome=row.outcome, wait_seconds=row.wait_seconds or 0, approval=approval)
