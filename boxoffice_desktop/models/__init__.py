"""SQLAlchemy tables by feature."""

from boxoffice_desktop.models.audit import Audit
from boxoffice_desktop.models.base import SCHEMA, Base
from boxoffice_desktop.models.corrections import Approval, Payout, Refund, RefundLine, RefundPayment
from boxoffice_desktop.models.door import Admission, LateScan, TicketKey
from boxoffice_desktop.models.gift_cards import GiftCard, GiftCardCode, GiftCardEntry
from boxoffice_desktop.models.pricing import Price, PriceList, TaxRate, TicketTypeRow
from boxoffice_desktop.models.printing import PrintJob, PrintStep, TicketCopy
from boxoffice_desktop.models.programme import BrokenSeat, Hold, Movie, MoviePoster, Show, ShowPrice, ShowSeat
from boxoffice_desktop.models.promotions import (
    BookingFeeRow,
    CodeTry,
    OpenedCode,
    PromotionCode,
    PromotionRedemption,
    PromotionReturn,
    PromotionRow,
    PromotionUse,
)
from boxoffice_desktop.models.reservations import Reservation, ReservationSeat
from boxoffice_desktop.models.sales import Adjustment, Journal, Payment, Sale, SeatActivity, Ticket
from boxoffice_desktop.models.shifts import CashCount, CashMovement, Shift, ZReport
from boxoffice_desktop.models.staff import (
    BackendSession,
    SignInTry,
    Staff,
    StaffPermission,
    StaffSecret,
    StaffSession,
    Terminal,
    TerminalChain,
)
from boxoffice_desktop.models.venue import Area, Hall, Seat, Venue, VenuePaperRow

__all__ = [
    "SCHEMA",
    "Adjustment",
    "Admission",
    "Approval",
    "Area",
    "Audit",
    "BackendSession",
    "Base",
    "BookingFeeRow",
    "BrokenSeat",
    "CashCount",
    "CashMovement",
    "CodeTry",
    "GiftCard",
    "GiftCardCode",
    "GiftCardEntry",
    "Hall",
    "Hold",
    "Journal",
    "LateScan",
    "Movie",
    "MoviePoster",
    "OpenedCode",
    "Payment",
    "Payout",
    "Price",
    "PriceList",
    "PrintJob",
    "PrintStep",
    "PromotionCode",
    "PromotionRedemption",
    "PromotionReturn",
    "PromotionRow",
    "PromotionUse",
    "Refund",
    "RefundLine",
    "RefundPayment",
    "Reservation",
    "ReservationSeat",
    "Sale",
    "Seat",
    "SeatActivity",
    "Shift",
    "Show",
    "ShowPrice",
    "ShowSeat",
    "SignInTry",
    "Staff",
    "StaffPermission",
    "StaffSecret",
    "StaffSession",
    "TaxRate",
    "Terminal",
    "TerminalChain",
    "Ticket",
    "TicketCopy",
    "TicketKey",
    "TicketTypeRow",
    "Venue",
    "VenuePaperRow",
    "ZReport",
]
