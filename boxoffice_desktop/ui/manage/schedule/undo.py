"""The last changes of drafts, each with the way back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from boxoffice_desktop.services.schedule.discarding import DiscardedDraft, discard_drafts, restore_drafts
from boxoffice_desktop.services.schedule.drafts import ChangedShow, ShowChange, change_show
from boxoffice_desktop.services.schedule.locking import ShowStamp
from boxoffice_desktop.services.schedule.reading import ShowBlock
from boxoffice_desktop.services.schedule.show_prices import choose_price_list

_MOST = 50


@dataclass(frozen=True, kw_only=True)
class Step:
    """One way back: the shows it concerns, or the drafts that are gone, and how to ask for it."""

    text: str
    operation: Callable[..., Any]
    stamps: tuple[ShowStamp, ...] = ()
    drafts: tuple[DiscardedDraft, ...] = ()
    change: Mapping[str, object] | None = None

    def arguments(self) -> dict[str, object]:
        """What the operation is called with; `change` is for those of one show."""
        if self.drafts:
            return {"drafts": self.drafts}
        if self.change is None:
            return {"stamps": self.stamps}
        (stamp,) = self.stamps
        return {"show_id": stamp.show_id, "version": stamp.version, **self.change}


class UndoStack:
    """Ways back, the latest last. Another change of the same show by us keeps the older ones right."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    def __len__(self) -> int:
        return len(self._steps)

    def clear(self) -> None:
        """Forget everything."""
        self._steps.clear()

    def note_created(self, text: str, stamps: tuple[ShowStamp, ...]) -> None:
        """Shows were made: back means taking them off."""
        self._push(Step(text=text, stamps=stamps, operation=discard_drafts))

    def note_discarded(self, text: str, drafts: tuple[DiscardedDraft, ...]) -> None:
        """Drafts were deleted: back means making them anew, and older ways back go on with what they are then."""
        self._push(Step(text=text, operation=restore_drafts, drafts=drafts))

    def note_changed(self, text: str, changed: ChangedShow) -> None:
        """A show was changed: back means making it what it was."""
        new = _stamp(changed.after)
        self._follow({changed.before.show_id: new})
        self._push(Step(text=text, stamps=(new,), operation=change_show, change={"change": _way_back(changed.before)}))

    def note_list_chosen(self, text: str, changed: ChangedShow, *, before: int | None, applies_now: bool) -> None:
        """A show got another price list: back means the one it had, None for the rules."""
        new = _stamp(changed.after)
        self._follow({changed.before.show_id: new})
        change = {"price_list_id": before, "applies_now": applies_now}
        self._push(Step(text=text, stamps=(new,), operation=choose_price_list, change=change))

    def latest_text(self) -> str:
        """What would be taken back; empty for nothing."""
        return self._steps[-1].text if self._steps else ""

    def take(self) -> Step | None:
        """The latest way back, which is then gone."""
        return self._steps.pop() if self._steps else None

    def follow(self, step: Step, answer: object) -> None:
        """A way back was gone: the older ones go on from what the shows are now."""
        if isinstance(answer, ChangedShow):
            self._follow({answer.before.show_id: _stamp(answer.after)})
        elif step.drafts and isinstance(answer, tuple):
            self._follow({old.show_id: new for old, new in zip(step.drafts, answer, strict=True)})

    def _push(self, step: Step) -> None:
        self._steps = [*self._steps[1 - _MOST :], step]

    def _follow(self, stamps: dict[int, ShowStamp]) -> None:
        self._steps = [
            replace(step, stamps=tuple(stamps.get(each.show_id, each) for each in step.stamps)) for step in self._steps
        ]


def _stamp(block: ShowBlock) -> ShowStamp:
    return ShowStamp(show_id=block.show_id, version=block.version)


def _way_back(block: ShowBlock) -> ShowChange:
    return ShowChange(
        movie_id=block.movie_id,
        hall_id=block.hall_id,
        starts_at=block.span.starts_at,
        advertising_minutes=block.advertising_minutes,
        pause_minutes=block.pause_minutes,
        format=block.format,
        language=block.language,
    )
