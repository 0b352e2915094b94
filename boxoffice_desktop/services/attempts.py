"""Exactly once: what moves money is written to a small file on the till before it is sent, and is gone from it when
somebody has seen what became of it.

What is in the file when the till starts, or when the link is back, is asked again with the same id.
"""

import contextlib
import json
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar
from uuid import UUID

from boxoffice_desktop.domain.cash import (
    CashAct,
    CashOrder,
    PayoutOrder,
    ShiftClosing,
    ShiftOpening,
    StoredAct,
    get_act_id,
)
from boxoffice_desktop.domain.errors import (
    AttemptNotKeptError,
    BoxOfficeError,
    BusyError,
    DatabaseUnavailableError,
    NotAllowedError,
    OutcomeUnknownError,
)
from boxoffice_desktop.domain.refunding import CompletedExchange, CompletedRefund, ExchangeOrder, RefundOrder
from boxoffice_desktop.domain.selling import CompletedSale, SaleOrder
from boxoffice_desktop.services.attempt_codec import from_json, to_json
from boxoffice_desktop.services.context import ResumedAttempt

_log = logging.getLogger(__name__)
Order: TypeAlias = SaleOrder | RefundOrder | ExchangeOrder | CashAct
Outcome: TypeAlias = CompletedSale | CompletedRefund | CompletedExchange | StoredAct
OrderT = TypeVar("OrderT", SaleOrder, RefundOrder, ExchangeOrder, ShiftOpening, CashOrder, ShiftClosing, PayoutOrder)
OutcomeT = TypeVar("OutcomeT")

# After these nothing is known or nothing could be asked: the attempt stays in the file.
_STILL_OPEN = (OutcomeUnknownError, DatabaseUnavailableError, BusyError, NotAllowedError)
# The words stand in files: a file without one is a sale's, of an earlier release.
_KINDS: Final[dict[str, type[Order]]] = {
    "sale": SaleOrder,
    "refund": RefundOrder,
    "exchange": ExchangeOrder,
    "opening": ShiftOpening,
    "cash": CashOrder,
    "closing": ShiftClosing,
    "payout": PayoutOrder,
}


def get_order_id(order: Order) -> UUID:
    """The key that makes an order one act however often it is sent."""
    match order:
        case SaleOrder():
            return order.sale_id
        case RefundOrder():
            return order.refund_id
        case ExchangeOrder():
            return order.refund.refund_id
        case _:
            return get_act_id(order)


class AttemptFile:
    """The orders of one till that were sent and whose outcome nobody has seen yet, one file each.

    A file is complete or absent, also after a power cut: written beside, fsynced, renamed, and the folder fsynced. One
    whose outcome is known lies there as `.known` until it is acknowledged; those of an earlier run are open again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        for path in folder.glob("*.known"):
            with contextlib.suppress(OSError):
                path.replace(path.with_suffix(".json"))

    def write(self, order: Order) -> None:
        """Keep an order; afterwards it survives anything but the loss of the disk.

        Raises:
            AttemptNotKeptError: the disk is full or cannot be written; nothing may be sent then.
        """
        with self._lock:
            try:
                self._write(order)
            except OSError as error:
                raise AttemptNotKeptError(error.strerror or type(error).__name__) from error

    def is_open(self, order_id: UUID) -> bool:
        """Whether an order was sent before and nobody knows yet what became of it."""
        return self._path(order_id).exists()

    def remove(self, order_id: UUID) -> None:
        """Forget an order that was not stored. A file that stays is asked again at the next start, harmlessly."""
        try:
            self._path(order_id).unlink(missing_ok=True)
            self._sync_folder()
        except OSError:
            # What is known of it must reach the cashier, whatever the disk says.
            _log.warning("the attempt %s could not be removed", order_id, exc_info=True)

    def settle(self, order_id: UUID) -> None:
        """Its outcome is known, and nobody has seen it yet: it is no open order, but the next start tells of it."""
        path = self._path(order_id)
        try:
            path.replace(path.with_suffix(".known"))
        except FileNotFoundError:
            return
        except OSError:
            _log.warning("the attempt %s could not be settled", order_id, exc_info=True)

    def acknowledge(self, order_id: UUID) -> None:
        """Somebody has seen what became of an order: forget it."""
        try:
            self._path(order_id).with_suffix(".known").unlink(missing_ok=True)
        except OSError:
            _log.warning("the attempt %s could not be forgotten", order_id, exc_info=True)

    def list_orders(self) -> tuple[Order, ...]:
        """The orders that are still open, oldest first. A file that cannot be read is set aside, never deleted."""
        with self._lock:
            # A till that was killed while it wrote had sent nothing yet.
            for draft in self._folder.glob("*.draft"):
                draft.unlink(missing_ok=True)
        orders: list[Order] = []
        for path in sorted(self._folder.glob("*.json"), key=_age):
            try:
                values = json.loads(path.read_text(encoding="utf-8"))
                orders.append(from_json(_KINDS[values.get("kind", "sale")], values.get("order", values)))
            except FileNotFoundError:
                # Its outcome came in at this very moment.
                continue
            except (ValueError, KeyError, TypeError, AttributeError):
                path.replace(path.with_suffix(".unreadable"))
        return tuple(orders)

    def _write(self, order: Order) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._path(get_order_id(order))
        draft = path.with_suffix(".draft")
        word = next(word for word, kind in _KINDS.items() if type(order) is kind)
        with draft.open("w", encoding="utf-8") as file:
            json.dump({"kind": word, "order": to_json(order)}, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        self._sync_folder()

    def _path(self, order_id: UUID) -> Path:
        return self._folder / f"{order_id}.json"

    def _sync_folder(self) -> None:
        # Windows cannot open a folder; its file system journals the rename by itself.
        with contextlib.suppress(PermissionError, FileNotFoundError):
            handle = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _age(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def run_once(attempts: AttemptFile, send: Callable[[OrderT, bool], OutcomeT], order: OrderT) -> OutcomeT:
    """Send an order, once. `send(order, resuming)` runs the transaction.

    What is known afterwards stays on the disk until `AttemptFile.acknowledge`: a till that dies before the window has
    shown it tells of it at its next start.

    Raises:
        OutcomeUnknownError: it is not known whether it was stored; it stays open for `resume_open`.
        AttemptNotKeptError: the attempt could not be written; nothing was sent.
        BoxOfficeError: it was refused; nothing was stored.
    """
    sent_before = attempts.is_open(get_order_id(order))
    attempts.write(order)
    try:
        outcome = send(order, False)
    except OutcomeUnknownError:
        raise
    except Exception as error:
        # This time ended before COMMIT was sent, but the time before may be stored: only an answer tells.
        if sent_before and isinstance(error, _STILL_OPEN):
            raise OutcomeUnknownError from error
        if not sent_before or isinstance(error, BoxOfficeError):
            attempts.remove(get_order_id(order))
        raise
    attempts.settle(get_order_id(order))
    return outcome


def resume_open(attempts: AttemptFile, send: Callable[[Any, bool], Outcome]) -> tuple[ResumedAttempt, ...]:
    """Ask again for every open order; what is known now waits for `AttemptFile.acknowledge`.

    All or nothing: while one is still unknown none is settled, so that the window hears of all of them.

    Raises:
        DatabaseUnavailableError, BusyError, OutcomeUnknownError, NotAllowedError: still not known; ask later.
    """
    results = []
    for order in attempts.list_orders():
        try:
            outcome = send(order, True)
        except _STILL_OPEN:
            raise
        except BoxOfficeError as problem:
            results.append(ResumedAttempt(order=order, sale=None, problem=problem))
        else:
            results.append(_tell(order, outcome))
    for result in results:
        attempts.settle(get_order_id(result.order))
    return tuple(results)


def _tell(order: Order, outcome: Outcome) -> ResumedAttempt:
    match outcome:
        case CompletedSale():
            return ResumedAttempt(order=order, sale=outcome, problem=None)
        case CompletedRefund():
            return ResumedAttempt(order=order, sale=None, problem=None, refund=outcome)
        case CompletedExchange():
            return ResumedAttempt(order=order, sale=outcome.sale, problem=None, refund=outcome.refund)
        case StoredAct():
            return ResumedAttempt(order=order, sale=None, problem=None, act=outcome)
