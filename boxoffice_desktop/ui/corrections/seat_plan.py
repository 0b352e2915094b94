"""Where every ticket of an exchange goes, while it is being chosen on the map."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from boxoffice_desktop.domain.seats import Seat, SeatKey, SeatLook, SeatStatus
from boxoffice_desktop.services.sale_details import TicketDetails
from boxoffice_desktop.services.seat_maps import MapState


class SeatPlan:
    """One ticket is up at a time: the next seat is its. A ticket without a seat yet is in a show all the same.

    Attributes:
        tickets: what is exchanged, in the order of the sale.
        current: the ticket that is up.
    """

    def __init__(self, tickets: Sequence[TicketDetails], places: Mapping[int, tuple[SeatKey, str]]) -> None:
        """`places` say by ticket where it goes for now: the seat and its name."""
        self.tickets = tuple(tickets)
        self.current = self.tickets[0]
        self._own = {ticket.key: ticket.seat_name for ticket in self.tickets}
        self._shows = {ticket_id: key.show_id for ticket_id, (key, _) in places.items()}
        self._seats: dict[int, tuple[SeatKey, str]] = dict(places)

    @property
    def is_complete(self) -> bool:
        """Whether every ticket has a seat."""
        return all(ticket.ticket_id in self._seats for ticket in self.tickets)

    @property
    def places(self) -> dict[int, tuple[SeatKey, str]]:
        """Where every ticket goes that has a seat."""
        return dict(self._seats)

    def show_of(self, ticket: TicketDetails) -> int:
        """The show that a ticket goes to."""
        return self._shows[ticket.ticket_id]

    def seat_name_of(self, ticket: TicketDetails) -> str:
        """The seat that a ticket gets; empty while it has none."""
        return self._seats[ticket.ticket_id][1] if ticket.ticket_id in self._seats else ""

    def find_ticket(self, key: SeatKey) -> TicketDetails | None:
        """The ticket that gets this seat."""
        return next((ticket for ticket in self.tickets if self._key_of(ticket) == key), None)

    def put(self, key: SeatKey, seat_name: str) -> None:
        """The ticket that is up gets this seat; the next one is up, first of all one that has none."""
        self._seats[self.current.ticket_id] = (key, seat_name)
        at = self.tickets.index(self.current) + 1
        others = (*self.tickets[at:], *self.tickets[:at])
        here = [ticket for ticket in others if self.show_of(ticket) == key.show_id]
        self.current = next((ticket for ticket in here if not self.seat_name_of(ticket)), here[0])

    def put_all(self, seats: Sequence[tuple[SeatKey, str]]) -> None:
        """So many tickets of that show, from the one that is up, get these seats."""
        here = self.list_in(seats[0][0].show_id)
        at = here.index(self.current)
        chosen = (*here[at:], *here[:at])[: len(seats)]
        for ticket in chosen:
            self._seats.pop(ticket.ticket_id, None)
        for ticket, (key, name) in zip(chosen, seats, strict=False):
            self.current = ticket
            self.put(key, name)

    def list_in(self, show_id: int) -> tuple[TicketDetails, ...]:
        """The tickets that go to a show."""
        return tuple(ticket for ticket in self.tickets if self.show_of(ticket) == show_id)

    def move(self, from_show: int, to_show: int, seats: Collection[Seat], is_free: Callable[[int], bool]) -> None:
        """Tickets of one show go to another: where they had a seat there, to it; else to the same if it is free.

        A seat that another ticket goes to is not free, whoever had it before.
        """
        names = {seat.seat_id: seat.name for seat in seats}
        # Who had a seat there comes first, or another ticket would have taken it.
        for ticket in sorted(self.list_in(from_show), key=lambda ticket: ticket.key.show_id != to_show):
            self._shows[ticket.ticket_id] = to_show
            self._seats.pop(ticket.ticket_id, None)
            key = SeatKey(to_show, ticket.key.seat_id)
            is_open = key in self._own or (key.seat_id in names and is_free(key.seat_id))
            if is_open and self.find_ticket(key) is None:
                self._seats[ticket.ticket_id] = (key, names.get(key.seat_id, ticket.seat_name))
        here = self.list_in(to_show)
        self.current = next((ticket for ticket in here if not self.seat_name_of(ticket)), here[0])

    def lose_taken(self, state: MapState) -> tuple[SeatStatus, ...]:
        """Somebody else was quicker: what they have now is nobody's here any more. Returns what was lost."""
        lost = []
        for status in state.statuses:
            key = SeatKey(state.show_id, status.seat_id)
            ticket = self.find_ticket(key)
            if ticket is not None and key not in self._own:
                del self._seats[ticket.ticket_id]
                self.current = ticket
                lost.append(status)
        return tuple(lost)

    def lay_over(self, state: MapState) -> tuple[SeatStatus, ...]:
        """What the map shows: what was read, and over it what is chosen here and what is given up."""
        found = {status.seat_id: _as_others(status) for status in state.statuses}
        for look, keys in ((SeatLook.LEAVING, self._own), (SeatLook.CHOSEN, self._list_keys())):
            for key in keys:
                if key.show_id == state.show_id:
                    found[key.seat_id] = SeatStatus(seat_id=key.seat_id, look=look)
        return tuple(found.values())

    def _key_of(self, ticket: TicketDetails) -> SeatKey | None:
        return self._seats[ticket.ticket_id][0] if ticket.ticket_id in self._seats else None

    def _list_keys(self) -> Iterable[SeatKey]:
        return [key for key, _ in self._seats.values()]


def _as_others(status: SeatStatus) -> SeatStatus:
    """The basket of this till is another customer's here."""
    return replace(status, look=SeatLook.HELD) if status.look is SeatLook.MINE else status
