"""What can go wrong and is safe to show.

Everything that is not a `BoxOfficeError` is a bug. Errors carry data; the presenter in `ui/shell` words them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SeatHolder:
    """A seat that could not be had, and who has it.

    Attributes:
        seat_id: the seat.
        seat_name: what a cashier calls it, e.g. `C4` or `Balcony C4`.
        state: `held`, `sold`, `house`, `reservation`, `out_of_order` or `gone`.
        holder: the name of the terminal that holds it, or None.
    """

    seat_id: int
    seat_name: str
    state: str
    holder: str | None


class BoxOfficeError(Exception):
    """Base of everything that is safe to show to a person at a till."""

    def __reduce__(self) -> tuple[object, ...]:
        # Exception's own way calls the class with the finished message; the classes here want what it was made of.
        return _restore, (type(self), self.args, self.__dict__)


def _restore(kind: type[BoxOfficeError], arguments: tuple[object, ...], facts: dict[str, object]) -> BoxOfficeError:
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(facts)
    return error


class InvalidInputError(BoxOfficeError):
    """A value that cannot be used. `field` names the input it came from."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class NotAllowedError(BoxOfficeError):
    """The signed-in person may not do this. `permission` names what is missing, if known."""

    def __init__(self, permission: str | None = None, message: str | None = None) -> None:
        super().__init__(message or (f"This needs the permission '{permission}'." if permission else "Not allowed."))
        self.permission = permission


class NotSignedInError(NotAllowedError):
    """Nobody is signed in on this connection, or the sign-in has ended."""

    def __init__(self) -> None:
        super().__init__(message="Nobody is signed in at this till.")


class SignInRefusedError(BoxOfficeError):
    """Wrong name or PIN, or too soon after a wrong one.

    Attributes:
        wait_seconds: how long the account takes no further try; 0 when the next try may come at once.
        locked: True when the account is locked for a while after too many wrong PINs.
    """

    def __init__(self, *, wait_seconds: int = 0, locked: bool = False) -> None:
        super().__init__("That name and PIN do not go together.")
        self.wait_seconds = wait_seconds
        self.locked = locked


class NotFoundError(BoxOfficeError):
    """Something that must exist does not. `what` says what kind of thing."""

    def __init__(self, what: str, key: object = None) -> None:
        super().__init__(f"There is no such {what}." if key is None else f"There is no {what} {key}.")
        self.what = what
        self.key = key


class ConflictError(BoxOfficeError):
    """The state of things does not allow it now."""


class NotStoredError(ConflictError):
    """An act whose answer had got lost was not stored, and will not be any more."""


class SeatsUnavailableError(ConflictError):
    """Seats that somebody else has. `seats` names each with its holder."""

    def __init__(self, seats: tuple[SeatHolder, ...]) -> None:
        super().__init__(", ".join(f"{s.seat_name}: {s.holder or s.state}" for s in seats))
        self.seats = seats


class NotEnoughSeatsError(ConflictError):
    """No `wanted` free seats side by side; `longest` is the longest row of free seats there is."""

    def __init__(self, wanted: int, longest: int) -> None:
        super().__init__(f"No {wanted} free seats side by side.")
        self.wanted = wanted
        self.longest = longest


class BasketFullError(ConflictError):
    """A basket takes at most `limit` seats."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"A sale takes at most {limit} seats.")
        self.limit = limit


class GroupTooSmallError(ConflictError):
    """A ticket type for groups of `wanted` people or more of one show; here are `had`."""

    def __init__(self, ticket_type: str, had: int, wanted: int) -> None:
        super().__init__(f"{ticket_type} is for {wanted} people or more; here are {had}.")
        self.ticket_type = ticket_type
        self.had = had
        self.wanted = wanted


class HoldExpiredError(ConflictError):
    """The hold ended before the sale; `seat_names` went back."""

    def __init__(self, seat_names: tuple[str, ...] = ()) -> None:
        super().__init__("The hold has ended; the seats are free again.")
        self.seat_names = seat_names


class ShowNotOnSaleError(ConflictError):
    """The show is a draft, closed, cancelled or over; `status` says which."""

    def __init__(self, status: str) -> None:
        super().__init__(f"This show is {status}.")
        self.status = status


class ShiftClosedError(ConflictError):
    """No shift is open at this till, so no money can move there."""

    def __init__(self) -> None:
        super().__init__("No shift is open at this till. Open one first.")


class DifferenceReasonNeededError(ConflictError):
    """The drawer's count is off by more than the venue allows without a reason. By how much stays unsaid."""

    def __init__(self) -> None:
        super().__init__("The count is not what it should be. Count again, or say why.")


class AlreadyRefundedError(ConflictError):
    """The ticket is not the customer's to give back any more.

    Attributes:
        why: `refund`, `void`, `exchange` or `cancellation` took it back, it was `admitted`, or its money `paid_out`.
        seat: the seat's name; empty for money that was paid out.
        at: when, as ISO 8601 with offset.
        place, person: the terminal or door, and who it was.
    """

    def __init__(self, *, why: str, seat: str, at: str, place: str, person: str) -> None:
        super().__init__(f"{seat}: {why}, {place}, {person}, {at}")
        self.why = why
        self.seat = seat
        self.at = at
        self.place = place
        self.person = person


class ApprovalRefusedError(ConflictError):
    """The approval does not allow this act; nothing was changed and a new one can be asked for.

    Attributes:
        why: `unknown` at this till, for some `other` act or amount, `used` already, or `expired`.
    """

    def __init__(self, why: str) -> None:
        super().__init__("This needs a new approval.")
        self.why = why


class TerminalInUseError(ConflictError):
    """Another window already works as this terminal."""

    def __init__(self, terminal: str) -> None:
        super().__init__(f"{terminal} is already open in another window.")
        self.terminal = terminal


class BusyError(BoxOfficeError):
    """Others kept the rows locked through every retry; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("The database is busy. Nothing was changed; try again.")


class DatabaseUnavailableError(BoxOfficeError):
    """The database cannot be reached or does not answer. `detail` is fit for a person who installs tills."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class SchemaMismatchError(BoxOfficeError):
    """The database is of another release: `found` its revision, `wanted` ours, `newer` when theirs is ahead."""

    def __init__(self, *, found: str | None, wanted: str, newer: bool) -> None:
        super().__init__(
            "The database belongs to a newer release; update this till."
            if newer
            else "The database belongs to an older release; run its upgrade."
        )
        self.found = found
        self.wanted = wanted
        self.newer = newer


class OutcomeUnknownError(BoxOfficeError):
    """The connection broke around COMMIT: the work may or may not be done. Ask again with the same key."""

    def __init__(self) -> None:
        super().__init__("The connection broke while saving; it is not known whether it was saved.")


class AttemptNotKeptError(BoxOfficeError):
    """The till's own disk did not take the note of a sale, so nothing was sent. `reason` is the system's word."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The till cannot write to its disk: {reason}.")
        self.reason = reason


class ServerStartError(BoxOfficeError):
    """The built-in database server could not be started; `advice` says what to do."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.advice = advice


class CredentialError(BoxOfficeError):
    """The till's own credential is missing or unsafe; `advice` says what to do."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.advice = advice


class SetupError(BoxOfficeError):
    """A server could not be set up; `advice` says what to do."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.advice = advice


class PrinterError(BoxOfficeError):
    """The printer did not take the document; the sale stands."""


class ImportRefusedError(BoxOfficeError):
    """A file that cannot be imported at all. `place` names where in the file it is wrong."""

    def __init__(self, message: str, place: str | None = None) -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.place = place
