"""What a cashier is told when seats cannot be had: short, in the cashier's language, with what to do."""

from PySide6.QtCore import QCoreApplication

from boxoffice_desktop.domain.errors import (
    BasketFullError,
    GroupTooSmallError,
    HoldExpiredError,
    NotEnoughSeatsError,
    NotFoundError,
    SeatHolder,
    SeatsUnavailableError,
    ShowNotOnSaleError,
)
from boxoffice_desktop.domain.selling import AdjustmentKind, SaleAdjustment

_MOST_NAMES = 4


def describe_refusal(error: Exception) -> str:  # noqa: PLR0911 - one sentence per kind of refusal
    """The sentence for an error of choosing seats or selling them; empty when it is not one of these."""
    match error:
        case SeatsUnavailableError(seats=()):
            return _tr("Other counters were quicker. Try again.")
        case SeatsUnavailableError(seats=seats):
            return " · ".join(describe_holder(seat) for seat in seats[:_MOST_NAMES])
        case NotEnoughSeatsError(wanted=wanted, longest=0):
            return _tr("No such seat is free for {wanted}.").format(wanted=wanted)
        case NotEnoughSeatsError(wanted=wanted, longest=longest):
            words = _tr("No {wanted} free seats side by side; the most is {longest}.")
            return words.format(wanted=wanted, longest=longest)
        case BasketFullError(limit=limit):
            return _tr("A sale takes at most {limit} seats. Sell these first.").format(limit=limit)
        case GroupTooSmallError(ticket_type=kind, had=had, wanted=wanted):
            words = _tr("{kind} is for {wanted} people or more; here are {had}.")
            return words.format(kind=kind, wanted=wanted, had=had)
        case HoldExpiredError():
            return _tr("Hold ended, seats are free again.")
        case ShowNotOnSaleError():
            return _tr("This show is not on sale.")
        case NotFoundError():
            return _tr("That is not there any more.")
        case _:
            return ""


def describe_holder(seat: SeatHolder) -> str:
    """Who has a seat, e.g. `C4 is with Counter 2`."""
    words = {
        "sold": _tr("{seat} is sold"),
        "house": _tr("{seat} is kept by the house"),
        "reservation": _tr("{seat} is reserved"),
        "out_of_order": _tr("{seat} is out of order"),
        "gone": _tr("{seat} is not in the hall any more"),
    }
    if seat.state in words:
        return words[seat.state].format(seat=seat.seat_name)
    if seat.holder:
        return _tr("{seat} is with {holder}").format(seat=seat.seat_name, holder=seat.holder)
    return _tr("{seat} is taken").format(seat=seat.seat_name)


def join_names(names: tuple[str, ...]) -> str:
    """Seat names as a list, cut when it is long."""
    return ", ".join(names[:_MOST_NAMES]) + (" …" if len(names) > _MOST_NAMES else "")


def _tr(text: str) -> str:
    return QCoreApplication.translate("sell", text)


def describe_adjustment(line: SaleAdjustment) -> str:
    """A line of the basket that is no seat: what it is, and why."""
    words = {
        AdjustmentKind.COMPLIMENTARY: _tr("Complimentary: {reason}"),
        AdjustmentKind.MANUAL: _tr("Another price: {reason}"),
        AdjustmentKind.FEE: _tr("Booking fee"),
        AdjustmentKind.GIFT_CARD: _tr("Gift card"),
    }
    return words.get(line.kind, "{reason}").format(reason=line.reason)
