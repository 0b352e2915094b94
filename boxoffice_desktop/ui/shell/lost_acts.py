"""Words for acts with cash whose answer had got lost: what is stored, and what is to be done again."""

from PySide6.QtCore import QCoreApplication

from boxoffice_desktop.domain.cash import (
    CashAct,
    CashKind,
    CashOrder,
    PayoutOrder,
    ShiftClosing,
    ShiftOpening,
    StoredAct,
)
from boxoffice_desktop.domain.errors import BoxOfficeError, NotStoredError
from boxoffice_desktop.ui.shell.message import Message, Severity
from boxoffice_desktop.ui.shell.words import describe
from boxoffice_desktop.ui.shift.words import say_difference, say_kind
from boxoffice_desktop.ui.widgets.formats import Formats


def say_stored(act: CashAct, stored: StoredAct, formats: Formats) -> Message:
    """What turned out to be stored. It is about money: nothing of it goes away by itself."""
    title, text = _describe_stored(act, stored, formats)
    return Message(title=title, text=text, severity=Severity.WARNING)


def say_lost(act: CashAct, problem: BoxOfficeError | None, formats: Formats) -> tuple[str, list[str], list[str]]:
    """What was not stored: the title, what happened, and what to do now."""
    title, deed = _describe_lost(act, formats)
    lines = [_tr("The connection broke before it was stored.")]
    if problem is not None and not isinstance(problem, NotStoredError):
        lines = [describe(problem).title + ".", describe(problem).text]
    return title, lines, [deed]


def _describe_stored(act: CashAct, stored: StoredAct, formats: Formats) -> tuple[str, str]:
    amount = formats.money(stored.amount)
    match act:
        case ShiftOpening():
            words = _tr("The connection had broken while it was opened. Its float is {amount}.")
            return _tr("Shift {number} is open").format(number=stored.number), words.format(amount=amount)
        case ShiftClosing():
            words = _tr("The connection had broken while it was closed. Counted: {amount}, {difference}.")
            difference = say_difference(stored.difference, formats)
            return (
                _tr("Shift {number} is closed").format(number=stored.number),
                words.format(amount=amount, difference=difference),
            )
        case CashOrder():
            what = _say_movement(act, formats)
            words = _tr("The connection had broken meanwhile. Do not write it down again.")
            return _tr("Written down: {what}").format(what=what), words
        case PayoutOrder():
            words = _tr("The connection had broken meanwhile. If the customer has not got it yet, hand it over once.")
            return _tr("{amount} is paid out").format(amount=amount), words


def _describe_lost(act: CashAct, formats: Formats) -> tuple[str, str]:
    match act:
        case ShiftOpening():
            return _tr("The shift was not opened"), _tr("Count the float again and open the shift.")
        case ShiftClosing():
            words = _tr("Look under Shift. If it is still open, count the drawer again and close it.")
            return _tr("The shift was not closed"), words
        case CashOrder():
            title = _tr("Not written down: {what}").format(what=_say_movement(act, formats))
            if act.kind is CashKind.DRAWER:
                return title, _tr("If the drawer shall open, ask for it again.")
            return title, _tr("If the cash has moved, write it down again, under Shift.")
        case PayoutOrder():
            words = _tr("It still waits for the customer. Pay it out again in the window of the sale.")
            return _tr("Owed cash was not paid out"), words


def _say_movement(act: CashOrder, formats: Formats) -> str:
    return say_kind(act.kind) if act.kind is CashKind.DRAWER else f"{say_kind(act.kind)} {formats.money(act.amount)}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("LostActs", text)
