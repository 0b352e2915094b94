"""Who asks, from where, and when: what every use case is told besides its own arguments."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from boxoffice_desktop.domain.cash import CashAct, StoredAct
from boxoffice_desktop.domain.errors import BoxOfficeError, NotAllowedError, NotSignedInError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.refunding import CompletedRefund, ExchangeOrder, RefundOrder
from boxoffice_desktop.domain.selling import CompletedSale, SaleOrder

if TYPE_CHECKING:
    from boxoffice_desktop.services.door.signing import TicketSigner


@dataclass(frozen=True, kw_only=True)
class Context:
    """The asking till and person. The database checks all of it again from its own side.

    Attributes:
        staff_id: None before sign-in.
        now: aware; the till's clock, for display defaults only. Holds and sales are judged by the database's clock.
        signer: what signs the tickets that this till prints; None where tickets go without a signature.
    """

    terminal_id: int
    terminal_name: str
    venue_id: int
    staff_id: int | None
    staff_name: str
    permissions: frozenset[Permission]
    now: datetime
    signer: "TicketSigner | None" = None

    def permit(self, permission: Permission) -> None:
        """Refuse with a friendly word before the database would refuse with a hard one.

        Raises:
            NotSignedInError: nobody is signed in.
            NotAllowedError: the signed-in person lacks `permission`.
        """
        if self.staff_id is None:
            raise NotSignedInError
        if permission not in self.permissions:
            raise NotAllowedError(permission.value)


@dataclass(frozen=True, kw_only=True)
class TillFacts:
    """What a till knows of itself and its venue; read once at the start."""

    venue_name: str
    venue_city: str
    currency: str
    locale: str
    time_zone: str
    terminal_name: str
    terminal_mark: str
    is_demo: bool
    hold_seconds: int
    basket_limit: int


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Who is signed in now."""

    staff_id: int
    display_name: str
    permissions: frozenset[Permission]


@dataclass(frozen=True, kw_only=True)
class ResumedAttempt:
    """What became of a sale, a refund, an exchange or an act with cash whose outcome had been unknown.

    When it was not stored and cannot be any more, `problem` says why: the money of a sale goes back, and none goes out
    for a refund. An exchange that was stored has both `sale` and `refund`, an act with cash has `act`.
    """

    order: SaleOrder | RefundOrder | ExchangeOrder | CashAct
    sale: CompletedSale | None
    problem: BoxOfficeError | None
    refund: CompletedRefund | None = None
    act: StoredAct | None = None


@dataclass(frozen=True, kw_only=True)
class TicketsDocument:
    """The tickets of a sale as PDF, and what could not be set as wished."""

    pdf: bytes
    warnings: tuple[str, ...]
