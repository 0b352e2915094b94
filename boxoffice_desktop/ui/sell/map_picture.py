"""The state of the open show as the map shows it: what was read, with our own basket laid over it."""

from dataclasses import dataclass, field

from boxoffice_desktop.domain.seats import SeatKey, SeatLook, SeatStatus
from boxoffice_desktop.services.seat_maps import MapState


@dataclass
class MapPicture:
    """Seats of one show that are not available, and the counts, kept right between two reads.

    Attributes:
        show_id: the open show, or None.
        statuses: by seat id.
    """

    show_id: int | None = None
    statuses: dict[int, SeatStatus] = field(default_factory=dict)
    free: int = 0
    held: int = 0
    sold: int = 0

    def take_state(self, state: MapState, own: tuple[SeatKey, ...], holder: str) -> None:
        """Take over what was read; seats of our own basket are ours, whatever an older answer says."""
        self.show_id = state.show_id
        self.statuses = {status.seat_id: status for status in state.statuses}
        self.free, self.held, self.sold = state.free, state.held, state.sold
        self.lay_own(own, (), holder)

    def lay_own(self, own: tuple[SeatKey, ...], gone: tuple[SeatKey, ...], holder: str) -> None:
        """Our basket is `own` now; the seats `gone` were ours until now and are free."""
        for key in gone:
            status = self.statuses.get(key.seat_id)
            if key.show_id == self.show_id and status is not None and status.look is SeatLook.MINE:
                del self.statuses[key.seat_id]
                self.free, self.held = self.free + 1, self.held - 1
        for key in own:
            if key.show_id == self.show_id:
                if key.seat_id not in self.statuses:
                    self.free, self.held = self.free - 1, self.held + 1
                self.statuses[key.seat_id] = SeatStatus(seat_id=key.seat_id, look=SeatLook.MINE, holder=holder)

    def mark_sold(self, keys: tuple[SeatKey, ...], holder: str) -> None:
        """Our seats were sold."""
        for key in keys:
            if key.show_id == self.show_id:
                self.held, self.sold = self.held - 1, self.sold + 1
                self.statuses[key.seat_id] = SeatStatus(seat_id=key.seat_id, look=SeatLook.SOLD, holder=holder)
