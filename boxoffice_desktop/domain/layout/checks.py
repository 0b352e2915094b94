"""What is wrong with a layout before it is saved, named so that it can be found."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from boxoffice_desktop.domain.layout.document import HallDocument, Keys, LayoutSeat, rows_of
from boxoffice_desktop.domain.seating_plan import MAX_LABEL, MAX_NAME, MAX_SEATS, MAX_ZONE
from boxoffice_desktop.domain.seats import SeatKind, seat_name

_TOO_CLOSE = 8.0
_NAMED = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Something wrong. With `blocks` the layout cannot be saved; `keys` are the seats concerned."""

    text: str
    keys: Keys
    blocks: bool = True


def check_document(document: HallDocument) -> tuple[Problem, ...]:
    """Everything wrong, what blocks first."""
    found = [*_check_hall(document), *_check_labels(document), *_check_doubles(document)]
    found += [*_check_places(document), *_check_pairs(document)]
    return tuple(sorted(found, key=lambda problem: not problem.blocks))


def _check_hall(document: HallDocument) -> Iterator[Problem]:
    name = document.name.strip()
    if not name or len(name) > MAX_NAME or not name.isprintable():
        yield Problem(text=f"The hall needs a name of 1 to {MAX_NAME} characters.", keys=frozenset())
    if not document.seats:
        yield Problem(text="The hall has no seats yet.", keys=frozenset())
    if len(document.seats) > MAX_SEATS:
        yield Problem(text=f"A hall takes {MAX_SEATS:,} seats at most.", keys=frozenset())
    areas = {area.area_id for area in document.areas}
    lost = [seat for seat in document.seats if seat.area_id not in areas]
    if lost:
        yield Problem(text=f"{_names(lost)}: no price area.", keys=_keys(lost))


def _check_labels(document: HallDocument) -> Iterator[Problem]:
    wrong = [seat for seat in document.seats if not _is_label(seat.row_label) or not _is_label(seat.number)]
    if wrong:
        text = f"{_names(wrong)}: row and number need 1 to {MAX_LABEL} characters each."
        yield Problem(text=text, keys=_keys(wrong))
    zones = {seat.zone for seat in document.seats}
    for zone in sorted(zones):
        if len(zone) > MAX_ZONE or (len(zones) > 1 and not zone.strip()) or not (zone.isprintable()):
            seats = [seat for seat in document.seats if seat.zone == zone]
            text = f"A part of the hall needs a name of 1 to {MAX_ZONE} characters when there are several."
            yield Problem(text=text, keys=_keys(seats))


def _is_label(text: str) -> bool:
    return bool(text.strip()) and text == text.strip() and len(text) <= MAX_LABEL and text.isprintable()


def _check_doubles(document: HallDocument) -> Iterator[Problem]:
    places: defaultdict[tuple[str, str, str], list[LayoutSeat]] = defaultdict(list)
    for seat in document.seats:
        places[seat.zone, seat.row_label, seat.number].append(seat)
    doubles = [seats for seats in places.values() if len(seats) > 1]
    if doubles:
        text = f"{_names([seats[0] for seats in doubles])}: that row and number is there more than once."
        yield Problem(text=text, keys=_keys([seat for seats in doubles for seat in seats]))


def _check_places(document: HallDocument) -> Iterator[Problem]:
    cells: defaultdict[tuple[int, int], list[LayoutSeat]] = defaultdict(list)
    touching: dict[int, LayoutSeat] = {}
    for seat in document.seats:
        column, line = int(seat.x // _TOO_CLOSE), int(seat.y // _TOO_CLOSE)
        for i in (column - 1, column, column + 1):
            for j in (line - 1, line, line + 1):
                for other in cells.get((i, j), ()):
                    if (other.x - seat.x) ** 2 + (other.y - seat.y) ** 2 < _TOO_CLOSE**2:
                        touching |= {seat.key: seat, other.key: other}
        cells[column, line].append(seat)
    if touching:
        seats = list(touching.values())
        yield Problem(text=f"{_names(seats)}: stand on top of one another.", keys=_keys(seats), blocks=False)


def _check_pairs(document: HallDocument) -> Iterator[Problem]:
    single = [
        row[-1] for row in rows_of(s for s in document.seats if s.kind is SeatKind.LOVE_SEAT).values() if len(row) % 2
    ]
    if single:
        text = f"{_names(single)}: a love seat without its other half."
        yield Problem(text=text, keys=_keys(single), blocks=False)


def _keys(seats: list[LayoutSeat]) -> Keys:
    return frozenset(seat.key for seat in seats)


def _names(seats: list[LayoutSeat]) -> str:
    names = [seat_name(seat.zone, seat.row_label or "?", seat.number or "?") for seat in seats[:_NAMED]]
    more = len(seats) - len(names)
    return ", ".join(names) + (f" and {more:,} more" if more > 0 else "")
