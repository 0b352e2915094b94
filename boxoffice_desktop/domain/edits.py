"""What can be wrong with an edit: fields that cannot be used, and somebody else who was quicker."""

from collections.abc import Mapping
from datetime import datetime

from boxoffice_desktop.domain.errors import ConflictError, InvalidInputError


class InvalidFieldsError(InvalidInputError):
    """Fields that cannot be saved. `problems` has a sentence for each, to stand at the field itself; never empty."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        field, message = next(iter(problems.items()))
        super().__init__(field, message)
        self.problems = dict(problems)


class StaleEditError(ConflictError):
    """Somebody else saved the same thing since it was read; nothing was changed.

    Attributes:
        current: what stands there now, of the type that was read, with the version to save over it.
        changed_by: who changed it last, or `somebody` when that is not known.
        changed_at: when, aware; None when not known.
    """

    def __init__(self, current: object, *, changed_by: str = "", changed_at: datetime | None = None) -> None:
        self.current = current
        self.changed_by = changed_by or "somebody"
        self.changed_at = changed_at
        super().__init__(f"Changed meanwhile by {self.changed_by}.")


def require_fields(problems: Mapping[str, str]) -> None:
    """Raise InvalidFieldsError when there is a problem."""
    if problems:
        raise InvalidFieldsError(problems)
