"""What is being dragged or pushed with keys, and whether it may stand where it is."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from PySide6.QtCore import QCoreApplication

from boxoffice_desktop.domain.schedule import ShowStatus, Span, as_utc, find_clash, make_span
from boxoffice_desktop.services.schedule.reading import CatalogueFilm, Schedule, ShowBlock
from boxoffice_desktop.ui.manage.schedule.geometry import Row
from boxoffice_desktop.ui.manage.schedule.words import Words, plain

_ADVERTISING = 15

translate = QCoreApplication.translate


class CarryKind(Enum):
    """What letting go would do."""

    MOVE = "move"
    COPY = "copy"
    STRETCH = "stretch"
    FILM = "film"


@dataclass(frozen=True, kw_only=True, slots=True)
class Carry:
    """A show or film above a row. `pause` is None until it is stretched."""

    kind: CarryKind
    row: Row
    starts_at: datetime
    block: ShowBlock | None = None
    film: CatalogueFilm | None = None
    pause: int | None = None

    def is_changed(self) -> bool:
        """Whether letting go would do anything."""
        if self.block is None or self.kind is CarryKind.COPY:
            return True
        if self.kind is CarryKind.STRETCH:
            return self.pause != self.block.pause_minutes
        moved = as_utc(self.starts_at) != as_utc(self.block.span.starts_at)
        return moved or self.row.hall.hall_id != self.block.hall_id

    def at(self, row: Row, starts_at: datetime) -> "Carry":
        """The same somewhere else."""
        return replace(self, row=row, starts_at=starts_at)

    def span(self) -> Span:
        """What it would take of the hall."""
        cleaning = self.row.hall.cleaning_minutes
        if self.block is None:
            running = self.film.running_minutes if self.film is not None else None
            return make_span(self.starts_at, advertising=_ADVERTISING, running=running or 90, pause=cleaning)
        own = self.block.pause_minutes if self.row.hall.hall_id == self.block.hall_id else cleaning
        return make_span(
            self.starts_at,
            advertising=self.block.advertising_minutes,
            running=max(1, self.block.running_minutes),
            pause=max(0, own if self.pause is None else self.pause),
        )


def describe(carry: Carry, words: Words) -> str:
    """Where it would stand, in a few words."""
    if carry.kind is CarryKind.STRETCH:
        return translate("Schedule", "Break {minutes} min").format(minutes=carry.pause)
    span = carry.span()
    return f"{carry.row.hall.name} · {words.time(span.starts_at)}\N{EN DASH}{words.time(span.ends_at)}"


def judge(carry: Carry, schedule: Schedule, words: Words) -> str:
    """Why it may not stand there; empty when it may. The services judge again."""
    reason = _judge_itself(carry, words)
    if reason:
        return reason
    if carry.kind is not CarryKind.STRETCH and as_utc(carry.starts_at) < as_utc(schedule.now):
        return translate("Schedule", "That time is over")
    ignoring = carry.block.show_id if carry.block is not None and carry.kind is not CarryKind.COPY else None
    others = [block.as_occupied() for block in schedule.blocks if block.status is not ShowStatus.CANCELLED]
    clash = find_clash(carry.row.hall.hall_id, carry.span(), others, ignoring=ignoring)
    return words.clash(clash) if clash else ""


def _judge_itself(carry: Carry, words: Words) -> str:
    film, block = carry.film, carry.block
    if film is not None and not film.running_minutes:
        return translate("Schedule", "{title} has no running time yet: enter it under Films").format(
            title=plain(film.title)
        )
    if block is None or carry.kind is CarryKind.COPY:
        return ""
    if block.status is ShowStatus.CANCELLED:
        return translate("Schedule", "A cancelled show stays where it was; copy it with C")
    # What is held may be broken seats, which move along; whether somebody is buying the services know.
    if carry.kind is CarryKind.MOVE and block.status is not ShowStatus.DRAFT and block.sold:
        return translate("Schedule", "Not moved: {sales}. Move with tickets… shows who would sit where").format(
            sales=words.sales(block)
        )
    if carry.kind is CarryKind.STRETCH and (carry.pause or 0) < carry.row.hall.cleaning_minutes:
        return translate("Schedule", "Cleaning this hall takes {minutes} min").format(
            minutes=carry.row.hall.cleaning_minutes
        )
    return ""
