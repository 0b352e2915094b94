"""What selected seats are: area, kind, labels."""

from dataclasses import replace

from boxoffice_desktop.domain.layout.document import HallDocument, Keys, LayoutSeat, with_seats
from boxoffice_desktop.domain.seats import SeatKind


def set_kind(document: HallDocument, keys: Keys, kind: SeatKind) -> HallDocument:
    """Another kind for the selected seats."""
    return with_seats(document, lambda seat: replace(seat, kind=kind), keys)


def set_area(document: HallDocument, keys: Keys, area_id: int) -> HallDocument:
    """Another price area for the selected seats."""
    return with_seats(document, lambda seat: replace(seat, area_id=area_id), keys)


def set_labels(
    document: HallDocument,
    keys: Keys,
    *,
    zone: str | None = None,
    row_label: str | None = None,
    number: str | None = None,
) -> HallDocument:
    """Other labels for the selected seats; None keeps what they have."""

    def change(seat: LayoutSeat) -> LayoutSeat:
        return replace(
            seat,
            zone=seat.zone if zone is None else zone.strip(),
            row_label=seat.row_label if row_label is None else row_label.strip(),
            number=seat.number if number is None else number.strip(),
        )

    return with_seats(document, change, keys)
