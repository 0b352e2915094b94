"""Undo and redo: every state of the document with the selection that went with it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from boxoffice_desktop.domain.layout.document import HallDocument, Keys

_MOST = 500


@dataclass(frozen=True, slots=True)
class State:
    """A document, what is selected in it, and the words for what led to it."""

    document: HallDocument
    selection: Keys
    deed: str = ""


class History:
    """The states before and after the present one. Documents share what they have in common, so states are small."""

    def __init__(self, document: HallDocument) -> None:
        self._states = [State(document, frozenset())]
        self._at = 0
        self._saved = self._states[0].document

    @property
    def present(self) -> State:
        """What is shown now."""
        return self._states[self._at]

    @property
    def undo_deed(self) -> str | None:
        """What undoing would take back, or None."""
        return self._states[self._at].deed if self._at else None

    @property
    def redo_deed(self) -> str | None:
        """What redoing would do again, or None."""
        return self._states[self._at + 1].deed if self._at + 1 < len(self._states) else None

    @property
    def is_changed(self) -> bool:
        """Whether the document differs from what was last saved."""
        return self.present.document != self._saved

    def push(self, document: HallDocument, selection: Keys, deed: str) -> None:
        """Go on to a new state; what had been undone is forgotten."""
        del self._states[self._at + 1 :]
        self._states.append(State(document, selection, deed))
        if len(self._states) > _MOST:
            del self._states[0]
        self._at = len(self._states) - 1

    def select(self, selection: Keys) -> None:
        """Another selection in the same state; selecting is not something to undo."""
        self._states[self._at] = State(self.present.document, selection, self.present.deed)

    def mark_saved(self) -> None:
        """The present document is what is saved now."""
        self._saved = self.present.document

    def rebase(
        self, sent: HallDocument, saved: HallDocument, seat_ids: Mapping[int, int], area_ids: Mapping[int, int]
    ) -> HallDocument:
        """The state with the document `sent` was saved: in every state, what was new has its database's id now.

        Undoing goes on working across a save; the next save then takes back what the last one did. Returns the
        document of that state.
        """
        at = next((i for i, state in enumerate(self._states) if state.document is sent), self._at)
        self._states = [_with_ids(state, saved, seat_ids, area_ids) for state in self._states]
        self._saved = self._states[at].document
        return self._saved

    def undo(self) -> bool:
        """One step back; False at the beginning."""
        if self.undo_deed is None:
            return False
        self._at -= 1
        return True

    def redo(self) -> bool:
        """One step forward; False at the end."""
        if self.redo_deed is None:
            return False
        self._at += 1
        return True


def _with_ids(state: State, saved: HallDocument, seat_ids: Mapping[int, int], area_ids: Mapping[int, int]) -> State:
    document = replace(
        state.document,
        hall_id=saved.hall_id,
        layout_version=saved.layout_version,
        seats=tuple(
            replace(seat, key=seat_ids.get(seat.key, seat.key), area_id=area_ids.get(seat.area_id, seat.area_id))
            if seat.key in seat_ids or seat.area_id in area_ids
            else seat
            for seat in state.document.seats
        ),
        areas=tuple(replace(area, area_id=area_ids.get(area.area_id, area.area_id)) for area in state.document.areas),
    )
    return State(document, frozenset(seat_ids.get(key, key) for key in state.selection), state.deed)
