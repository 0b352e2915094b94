"""Turns the driver's errors into ours. Nothing above `db` looks at an SQLSTATE."""

import json
from collections.abc import Callable
from typing import Final

from psycopg import errors as pg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from boxoffice_desktop.domain.cards import CARD_REFUSED
from boxoffice_desktop.domain.errors import (
    AlreadyRefundedError,
    ApprovalRefusedError,
    BasketFullError,
    BoxOfficeError,
    BusyError,
    ConflictError,
    DatabaseUnavailableError,
    DifferenceReasonNeededError,
    NotAllowedError,
    NotSignedInError,
    ShiftClosedError,
    ShowNotOnSaleError,
)

# Serialization failure, deadlock, lock not available: the whole transaction may be tried again.
_RETRYABLE = frozenset({"40001", "40P01", "55P03"})


def driver_error(error: BaseException) -> pg.Error | None:
    """The psycopg error inside `error`, whoever wrapped it; None when there is none."""
    if isinstance(error, DBAPIError):
        return error.orig if isinstance(error.orig, pg.Error) else None
    return error if isinstance(error, pg.Error) else None


def is_retryable(error: BaseException) -> bool:
    """Whether another try of the whole transaction may succeed."""
    inner = driver_error(error)
    return inner is not None and inner.sqlstate in _RETRYABLE


def is_timeout(error: BaseException) -> bool:
    """Whether a statement took longer than it may, waiting included."""
    inner = driver_error(error)
    return inner is not None and inner.sqlstate == "57014"


def is_disconnect(error: BaseException) -> bool:
    """Whether the connection is gone: the server ended it, died, or the network did."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    inner = driver_error(error)
    if not isinstance(inner, pg.OperationalError):
        return False
    # Class 08 is connection trouble, 57P the server's own going down; no state at all is libpq giving up.
    return inner.sqlstate is None or inner.sqlstate.startswith(("08", "57P"))


def translate(error: BaseException) -> BoxOfficeError | None:
    """The error to show for a driver's error, or None when it is a bug and must stay as it is."""
    if isinstance(error, PoolTimeoutError):
        # All of this till's connections wait for a server that does not answer.
        return DatabaseUnavailableError("The database does not answer.")
    inner = driver_error(error)
    if inner is None:
        return None
    if is_disconnect(error):
        return DatabaseUnavailableError("The connection to the database is lost.")
    return _by_state(inner)


def _by_state(inner: pg.Error) -> BoxOfficeError | None:
    state = inner.sqlstate or ""
    if state in _RETRYABLE:
        return BusyError()
    if state in _BY_CONSTRAINT:
        return _by_constraint(inner, state)
    known = _BY_STATE.get(state)
    return known(inner) if known else None


def _by_constraint(inner: pg.Error, state: str) -> BoxOfficeError | None:
    message = _BY_CONSTRAINT[state].get(inner.diag.constraint_name or "")
    return ConflictError(message) if message else None


def _conflict(inner: pg.Error) -> ConflictError:
    # The guard of seats counts what the terminal holds, whatever the caller thinks is in its basket.
    word, _, limit = (inner.diag.message_detail or "").partition(" ")
    if word == "basket_limit" and limit.isdecimal():
        return BasketFullError(int(limit))
    if word == "difference_reason":
        return DifferenceReasonNeededError()
    return ConflictError(inner.diag.message_primary or "That is not possible now.")


def _already_refunded(inner: pg.Error) -> AlreadyRefundedError:
    return AlreadyRefundedError(**json.loads(inner.diag.message_detail or "{}"))


_BY_STATE: Final[dict[str, Callable[[pg.Error], BoxOfficeError]]] = {
    "57014": lambda _: BusyError(),
    "42501": lambda _: NotAllowedError(),
    # Raised by the guards in migrations/sql.
    "BX401": lambda _: NotSignedInError(),
    "BX403": lambda inner: NotAllowedError(inner.diag.message_detail),
    "BX409": _conflict,
    "BX425": _already_refunded,
    "BX424": lambda inner: ApprovalRefusedError(inner.diag.message_detail or "unknown"),
    "BX410": lambda _: ShowNotOnSaleError("not on sale"),
    "BX423": lambda _: ShiftClosedError(),
}
_BY_CONSTRAINT: Final = {
    "23505": {
        "ticket_seat_sold_once": "One of these seats is sold already.",
        "reservation_venue_id_code_key": "That code was taken. Try again.",
    },
    "23514": {
        f"{table}_texts_harmless": CARD_REFUSED
        for table in ("hold", "adjustment", "cash_movement", "z_report", "approval", "refund", "reservation")
    },
    "23P01": {"show_hall_is_free": "The hall is taken at that time, cleaning included."},
}
