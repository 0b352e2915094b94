"""What the map says about seats, in the cashier's language."""

from PySide6.QtCore import QCoreApplication

from boxoffice_desktop.domain.seats import Seat, SeatKind, SeatLook, SeatStatus


def _tr(text: str) -> str:
    return QCoreApplication.translate("SeatMap", text)


def look_word(look: SeatLook) -> str:
    """The state as the legend names it."""
    words = {
        SeatLook.AVAILABLE: _tr("Free"),
        SeatLook.MINE: _tr("In your basket"),
        SeatLook.HELD: _tr("Held"),
        SeatLook.RESERVATION: _tr("Reserved"),
        SeatLook.HOUSE: _tr("House"),
        SeatLook.OUT_OF_ORDER: _tr("Out of order"),
        SeatLook.SOLD: _tr("Sold"),
        SeatLook.CHOSEN: _tr("Chosen"),
        SeatLook.LEAVING: _tr("Given up"),
    }
    return words[look]


def kind_word(kind: SeatKind) -> str:
    """The kind of seat as the legend names it."""
    words = {
        SeatKind.STANDARD: _tr("Seat"),
        SeatKind.WHEELCHAIR: _tr("Wheelchair place"),
        SeatKind.COMPANION: _tr("Companion"),
        SeatKind.LOVE_SEAT: _tr("Love seat"),
        SeatKind.RECLINER: _tr("Recliner"),
    }
    return words[kind]


def state_sentence(seat: Seat, status: SeatStatus | None) -> str:
    """The state of a seat in words, with who has it: `C4 is with Counter 2`."""
    if status is None:
        return _tr("{seat} is free").format(seat=seat.name)
    sentences = {
        SeatLook.AVAILABLE: _tr("{seat} is free"),
        SeatLook.MINE: _tr("{seat} is in your basket"),
        SeatLook.HELD: _tr("{seat} is with {holder}") if status.holder else _tr("{seat} is held"),
        SeatLook.RESERVATION: _tr("{seat} is reserved for {person}") if status.kept_for else _tr("{seat} is reserved"),
        SeatLook.HOUSE: _tr("{seat} is kept by the house: {person}")
        if status.kept_for
        else _tr("{seat} is kept by the house"),
        SeatLook.OUT_OF_ORDER: _tr("{seat} is out of order"),
        SeatLook.SOLD: _tr("{seat} was sold by {holder}") if status.holder else _tr("{seat} is sold"),
        SeatLook.CHOSEN: _tr("{seat} is chosen"),
        SeatLook.LEAVING: _tr("{seat} is given up"),
    }
    return sentences[status.look].format(seat=seat.name, holder=status.holder, person=status.kept_for)


def seat_facts(seat: Seat, area_name: str, price: str) -> str:
    """What a seat is, apart from its state: kind (unless ordinary), area and price, e.g. `Premium · 12.00`."""
    kind = "" if seat.kind is SeatKind.STANDARD else kind_word(seat.kind)
    return " · ".join(part for part in (kind, area_name, price) if part)
