"""Kinds of cash and differences in the words of the shift's panels."""

from PySide6.QtCore import QCoreApplication

from boxoffice_desktop.domain.cash import CashKind
from boxoffice_desktop.ui.widgets.formats import Formats


def say_kind(kind: CashKind) -> str:
    """What moved cash, in a word."""
    words = {
        CashKind.FLOAT: _tr("Float"),
        CashKind.PAY_IN: _tr("Pay-in"),
        CashKind.PAY_OUT: _tr("Pay-out"),
        CashKind.DROP: _tr("Drop to safe"),
        CashKind.DRAWER: _tr("Drawer opened"),
        CashKind.COUNT: _tr("Count"),
    }
    return words[kind]


def say_difference(difference: int, formats: Formats) -> str:
    """What a count is off by, e.g. `€5.00 missing`."""
    if difference == 0:
        return _tr("exact")
    words = _tr("{amount} missing") if difference < 0 else _tr("{amount} too much")
    return words.format(amount=formats.money(abs(difference)))


def _tr(text: str) -> str:
    return QCoreApplication.translate("shift", text)
