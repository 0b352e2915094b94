"""Permissions, tables and deeds in a manager's words."""

from PySide6.QtCore import QCoreApplication

from boxoffice_desktop.domain.permissions import ADMINISTRATOR, CASHIER, MANAGER, SUPERVISOR, Permission


def _tr(text: str) -> str:
    return QCoreApplication.translate("StaffWords", text)


def permission_groups() -> tuple[tuple[str, tuple[Permission, ...]], ...]:
    """Permissions under headings, in the order in which people usually get them."""
    return (
        (_tr("At the counter"), (Permission.SELL, Permission.ADMIT, Permission.REPRINT, Permission.REFUND)),
        (_tr("In charge"), (Permission.APPROVE, Permission.MANAGE_SHIFTS, Permission.VIEW_REPORTS)),
        (
            _tr("Manager's desk"),
            (
                Permission.MANAGE_FILMS,
                Permission.MANAGE_SCHEDULE,
                Permission.MANAGE_HALLS,
                Permission.MANAGE_PRICES,
                Permission.MANAGE_STAFF,
                Permission.MANAGE_TERMINALS,
            ),
        ),
    )


def permission_name(permission: Permission) -> str:
    """What the permission lets somebody do."""
    return {
        Permission.SELL: _tr("Sell"),
        Permission.REFUND: _tr("Refund"),
        Permission.APPROVE: _tr("Approve for others"),
        Permission.REPRINT: _tr("Print again"),
        Permission.ADMIT: _tr("Admit at the door"),
        Permission.MANAGE_SHIFTS: _tr("Manage shifts"),
        Permission.MANAGE_FILMS: _tr("Films"),
        Permission.MANAGE_HALLS: _tr("Halls"),
        Permission.MANAGE_PRICES: _tr("Prices"),
        Permission.MANAGE_SCHEDULE: _tr("Schedule"),
        Permission.MANAGE_STAFF: _tr("Staff"),
        Permission.MANAGE_TERMINALS: _tr("Terminals"),
        Permission.VIEW_REPORTS: _tr("Reports"),
    }.get(permission, permission.value.replace("_", " "))


def ready_made_sets() -> tuple[tuple[str, frozenset[Permission]], ...]:
    """Ready-made sets of permissions, the smallest first."""
    return (
        (_tr("Cashier"), CASHIER),
        (_tr("Supervisor"), SUPERVISOR),
        (_tr("Manager"), MANAGER),
        (_tr("Administrator"), ADMINISTRATOR),
    )


def describe_permissions(permissions: frozenset[Permission]) -> str:
    """The name of the ready-made set, with what is added; `3 permissions` when none is inside."""
    for name, ready_made in reversed(ready_made_sets()):
        if permissions >= ready_made:
            more = len(permissions - ready_made)
            return f"{name} + {more}" if more else name
    return _tr("{count} permissions").format(count=len(permissions)) if permissions else _tr("none")


def table_name(table: str) -> str:
    """What a table of the audit is about."""
    names = {
        "area": _tr("Area"),
        "broken_seat": _tr("Seat out of order"),
        "hall": _tr("Hall"),
        "movie": _tr("Film"),
        "movie_poster": _tr("Poster"),
        "price": _tr("Price"),
        "price_list": _tr("Price list"),
        "promotion": _tr("Promotion"),
        "promotion_code": _tr("Code of a promotion"),
        "booking_fee": _tr("Booking fee"),
        "seat": _tr("Seat"),
        "show": _tr("Show"),
        "show_price": _tr("Price of a show"),
        "staff": _tr("Person"),
        "staff_permission": _tr("Permission"),
        "staff_secret": _tr("PIN"),
        "tax_rate": _tr("Tax rate"),
        "terminal": _tr("Terminal"),
        "ticket_type": _tr("Ticket type"),
        "venue": _tr("Venue"),
    }
    return names.get(table, table)


AUDITED = (
    "movie",
    "movie_poster",
    "show",
    "show_price",
    "price_list",
    "price",
    "ticket_type",
    "tax_rate",
    "promotion",
    "promotion_code",
    "booking_fee",
    "hall",
    "seat",
    "area",
    "broken_seat",
    "staff",
    "staff_permission",
    "staff_secret",
    "terminal",
    "venue",
)
"""The tables that the audit watches, in the order of the filter."""


def operation_name(operation: str) -> str:
    """What was done."""
    return {"insert": _tr("added"), "update": _tr("changed"), "delete": _tr("removed")}.get(operation, operation)
