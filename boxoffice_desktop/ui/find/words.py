"""How results are worded: what it is in the first line, where and when in the second."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from boxoffice_desktop.documents import formatting
from boxoffice_desktop.domain.reservations import Reservation, ReservedSeatState
from boxoffice_desktop.services.context import TillFacts
from boxoffice_desktop.services.finding import Found, FoundKind, FoundSale

_MOST_SEATS = 8


def _tr(text: str) -> str:
    return QCoreApplication.translate("find", text)


def kind_word(kind: FoundKind) -> str:
    """The heading over results of a kind."""
    words = {
        FoundKind.RESERVATION: _tr("Reservations"),
        FoundKind.HOUSE: _tr("Kept by the house"),
        FoundKind.SALE: _tr("Sales"),
        FoundKind.SEAT: _tr("Seats"),
        FoundKind.SHOW: _tr("Shows"),
    }
    return words[kind]


def seat_state_word(state: str) -> str:
    """The state of a seat, or what became of a reserved one."""
    words = {
        "available": _tr("free"),
        "basket": _tr("in a basket"),
        "reservation": _tr("reserved"),
        "house": _tr("kept by the house"),
        "out_of_order": _tr("out of order"),
        "sold": _tr("sold"),
        "kept": _tr("waits"),
        "served": _tr("being served"),
        "collected": _tr("collected"),
        "gone": _tr("not kept any more"),
    }
    return words.get(state, state)


def reservation_word(reservation: Reservation) -> str:
    """Where a reservation stands: `waits`, `2 of 3 collected`, …"""
    collected, whole = reservation.count(ReservedSeatState.COLLECTED), len(reservation.seats)
    if collected == whole:
        return _tr("collected")
    if reservation.count(ReservedSeatState.SERVED):
        return _tr("being served")
    if collected:
        return _tr("{count} of {whole} collected").format(count=collected, whole=whole)
    if reservation.is_open:
        return _tr("waits")
    return _tr("given up, or its time is over")


@dataclass(frozen=True, kw_only=True)
class FindWords:
    """Words with the venue's money and times in them."""

    currency: str
    locale: str

    @classmethod
    def of(cls, facts: TillFacts) -> "FindWords":
        return cls(currency=facts.currency, locale=facts.locale)

    def describe(self, found: Found) -> tuple[str, str]:
        """Two lines for a result."""
        if found.reservation is not None:
            return self._describe_reservation(found, found.reservation)
        if found.house is not None:
            head = " · ".join(part for part in (found.house.name, found.house.reason) if part)
            return head, f"{self.where(found)} · {self.seats(found.seat_names)}"
        if found.sale is not None:
            return self._describe_sale(found, found.sale)
        if found.kind is FoundKind.SEAT:
            return f"{found.seat_names[0]} · {seat_state_word(found.state)}", self.where(found)
        return found.title, f"{self.when(found)} · {found.hall_name}"

    def where(self, found: Found) -> str:
        """Film, day and time, hall."""
        return f"{found.title} · {self.when(found)} · {found.hall_name}"

    def when(self, found: Found) -> str:
        """Day and time of the show."""
        day = formatting.format_day_short(found.starts_at.date(), self.locale)
        return f"{day} {formatting.format_time(found.starts_at, self.locale)}"

    def deadline(self, reservation: Reservation) -> str:
        """Until when it is collected."""
        day = formatting.format_day_short(reservation.collect_by.date(), self.locale)
        time = formatting.format_time(reservation.collect_by, self.locale)
        return _tr("collect by {day} {time}").format(day=day, time=time)

    def money(self, amount: int) -> str:
        """Minor units as the venue writes them."""
        return formatting.format_money(amount, self.currency, self.locale)

    def seats(self, names: tuple[str, ...]) -> str:
        """Seat names, cut when there are many."""
        return ", ".join(names[:_MOST_SEATS]) + (" …" if len(names) > _MOST_SEATS else "")

    def _describe_reservation(self, found: Found, reservation: Reservation) -> tuple[str, str]:
        # What a long name must not push out of sight stands before it.
        head = (reservation.code, reservation.name, reservation.phone)
        until = self.deadline(reservation) if reservation.is_open else ""
        second = (self.seats(found.seat_names), reservation_word(reservation), until, self.where(found))
        return " · ".join(part for part in head if part), " · ".join(part for part in second if part)

    def _describe_sale(self, found: Found, sale: FoundSale) -> tuple[str, str]:
        number = _tr("Sale {number}").format(number=sale.number)
        day = formatting.format_day_short(sale.sold_at.date(), self.locale)
        head = (number, sale.terminal_name, f"{day} {formatting.format_time(sale.sold_at, self.locale)}")
        return (
            f"{' · '.join(head)} · {self.money(sale.total)}",
            f"{self.seats(found.seat_names)} · {self.where(found)}",
        )
