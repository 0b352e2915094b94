"""What stands on the screen of a sale."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from boxoffice_desktop.documents.formatting import format_date_time, format_money
from boxoffice_desktop.domain.refunding import CompletedRefund, RefundKind
from boxoffice_desktop.services.history import HistoryLine
from boxoffice_desktop.services.sale_details import SaleDetails

translate = QCoreApplication.translate


def word_of_end(what: str | None) -> str:
    """Why a ticket is not valid any more, or where its holder is; empty for a valid one."""
    words = {
        "refund": translate("Corrections", "refunded"),
        "void": translate("Corrections", "voided"),
        "exchange": translate("Corrections", "exchanged"),
        "cancellation": translate("Corrections", "show cancelled"),
        "admitted": translate("Corrections", "is inside"),
    }
    return words.get(what or "", what or "")


def word_of_history(line: HistoryLine) -> str:
    """A line of a history without its time."""
    words = {
        "held": translate("Corrections", "held"),
        "released": translate("Corrections", "given back"),
        "sold": translate("Corrections", "sold"),
        "printed": translate("Corrections", "printed"),
        "reprinted": translate("Corrections", "printed again"),
        "admitted": translate("Corrections", "let in"),
        "let_out": translate("Corrections", "admission undone"),
        "paid_out": translate("Corrections", "paid out"),
    }
    what = words.get(line.what) or word_of_end(line.what)
    return " · ".join(part for part in (what, line.detail, line.place, line.person) if part)


def describe_history(line: HistoryLine, locale: str) -> str:
    """A line of a history with its time."""
    return f"{format_date_time(line.at, locale)}  {word_of_history(line)}"


def describe_sale(sale: SaleDetails, locale: str) -> str:
    """Where, by whom, when, for how much, and how it was paid."""
    paid = [f"{word_of_way(part.way)} {format_money(part.amount, sale.currency, locale)}" for part in sale.payments]
    when, total = format_date_time(sale.sold_at, locale), format_money(sale.total, sale.currency, locale)
    return " · ".join((sale.terminal_name, sale.staff_name, when, total, ", ".join(paid)))


def word_of_way(way: str) -> str:
    """How money came in or goes back."""
    words = {
        "cash": translate("Corrections", "cash"),
        "card": translate("Corrections", "card"),
        "gift_card": translate("Corrections", "gift card"),
        "owed": translate("Corrections", "to be paid out"),
    }
    return words.get(way, way)


def word_of_handing(way: str) -> str:
    """What to do with money that goes back."""
    words = {
        "cash": translate("Corrections", "Back in cash"),
        "card": translate("Corrections", "Back on the card"),
        "gift_card": translate("Corrections", "Back on the gift card"),
        "owed": translate("Corrections", "To be paid out"),
    }
    return words.get(way, way)


def name_refund(refund: CompletedRefund) -> str:
    """A refund with its number, as it stands on its receipt."""
    words = {
        RefundKind.VOID: translate("Corrections", "Void {number}"),
        RefundKind.EXCHANGE: translate("Corrections", "Exchange {number}"),
    }
    return words.get(refund.kind, translate("Corrections", "Refund {number}")).format(number=refund.number)


def list_handed(refund: CompletedRefund, write: Callable[[int], str]) -> tuple[tuple[str, str], ...]:
    """What goes back by each way, all of one way together; `write` writes an amount."""
    sums: dict[str, int] = {}
    for part in refund.money:
        if part.kind != "exchange":
            sums[part.kind] = sums.get(part.kind, 0) + part.amount + part.rounding
    return tuple((word_of_handing(way), write(amount)) for way, amount in sums.items())


def say_refund(refund: CompletedRefund, write: Callable[[int], str]) -> str:
    """A refund in one line, e.g. `Refund 3: cash 24.00`."""
    back = [
        f"{word_of_way(part.kind)} {write(part.amount + part.rounding)}"
        for part in refund.money
        if part.kind != "exchange"
    ]
    words = translate("Corrections", "Refund {number}").format(number=refund.number)
    return f"{words}: {', '.join(back)}" if back else translate("Corrections", "Changed, nothing goes back")
