"""Which ticket types can be pressed now, and why not the others."""

from PySide6.QtCore import QCoreApplication

from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.services.seat_maps import OpenedShow
from boxoffice_desktop.ui.sell.basket_panel import TypeKey
from boxoffice_desktop.ui.sell.till_basket import TillBasket


def list_type_keys(till: TillBasket, opened: OpenedShow | None, selected: tuple[SeatKey, ...]) -> tuple[TypeKey, ...]:
    """Every ticket type in the order of the keys, judged for the selected lines, for all when none is selected, for
    the open show when there are none.
    """
    areas = {area.area_id: area.name for area in opened.picture.areas} if opened else {}
    lines = [line for line in till.basket.lines if not selected or line.key in selected]
    places = {(line.key.show_id, line.area_id) for line in lines}
    if not lines and opened is not None:
        places = {(opened.show.show_id, area_id) for area_id in areas}
    keys = []
    for kind in sorted(till.ticket_types.values(), key=lambda kind: kind.position):
        unsold = [p for p in sorted(places) if till.prices.find_amount(*p, kind.ticket_type_id) is None]
        names = ", ".join(dict.fromkeys(areas[area_id] for _, area_id in unsold if area_id in areas))
        words = _not_sold(kind.name, names) if unsold else ""
        is_dead = bool(places) and len(unsold) == len(places)
        keys.append(
            TypeKey(
                ticket_type=kind,
                reason=words if is_dead else "",
                hint="" if is_dead or not lines else words,
                is_next=not lines and till.next_type_id == kind.ticket_type_id,
            )
        )
    return tuple(keys)


def _not_sold(kind: str, areas: str) -> str:
    if not areas:
        return QCoreApplication.translate("sell", "{kind} is not sold here").format(kind=kind)
    return QCoreApplication.translate("sell", "{kind} is not sold in {areas}").format(kind=kind, areas=areas)
