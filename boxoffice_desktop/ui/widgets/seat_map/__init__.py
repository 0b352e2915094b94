"""The picture of a hall with the state of every seat: `SeatMapPanel` holds `SeatMap` and `SeatLegend`."""

from boxoffice_desktop.ui.widgets.seat_map.legend import EXCHANGE_LOOKS, SeatLegend
from boxoffice_desktop.ui.widgets.seat_map.panel import SeatMapPanel
from boxoffice_desktop.ui.widgets.seat_map.view import SeatMap

__all__ = ["EXCHANGE_LOOKS", "SeatLegend", "SeatMap", "SeatMapPanel"]
