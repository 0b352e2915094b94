"""What stands on the screen of a sale."""

from PySide6.QtCore import QCoreApplication

from boxoffice_desktop.services.history import HistoryLine

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


def word_of_way(way: str) -> str:
    """How money came in or goes back."""
    words = {
        "cash": translate("Corrections", "cash"),
        "card": translate("Corrections", "card"),
        "gift_card": translate("Corrections", "gift card"),
        "owed": translate("Corrections", "to be paid out"),
    }
    return words.get(way, way)
