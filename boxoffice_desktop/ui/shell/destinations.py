"""Where one can go in the window, and what a page may tell the shell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget

from boxoffice_desktop.domain.permissions import Permission


@dataclass(frozen=True, kw_only=True)
class Destination:
    """A place on the rail.

    Attributes:
        key: stable, for the log and for `Shell.go_to`, e.g. `sell`.
        title: what stands on the rail; one short word.
        icon: a name in `resources/icons`.
        permission: who lacks it does not see the place; None is for everybody.
        build: makes the page; called on the first visit after a sign-in, so every sign-in begins with a fresh page.
    """

    key: str
    title: str
    icon: str
    permission: Permission | None
    build: Callable[[], QWidget]


@runtime_checkable
class Page(Protocol):
    """A page that has something to say before it is closed. Pages without it may always be closed."""

    def may_leave(self) -> bool:
        """False while closing would lose something; the page has then told the person what to do."""
        ...

    def leave(self) -> None:
        """The page is about to be closed: give back what it holds. Its writes still run, their answers do not come."""
        ...


@runtime_checkable
class HasUnsaved(Protocol):
    """A page that objects to being left because of something that somebody has not saved yet."""

    def describe_unsaved(self) -> str:
        """What is not saved, e.g. `The film “Nosferatu” has changes that are not saved.`"""
        ...


@runtime_checkable
class KnowsLink(Protocol):
    """A page whose work needs the database."""

    def set_offline(self, *, offline: bool) -> None:
        """The till went offline, or is not any more. Told after building the page too."""
        ...


@runtime_checkable
class ExplainsKeys(Protocol):
    """A page with keys of its own."""

    def list_keys(self) -> Sequence[tuple[str, str]]:
        """Key and what it does, e.g. `("Space", "Take or give back the seat")`, for the help."""
        ...
