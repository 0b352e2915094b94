"""What somebody may do. Permissions are checked, never roles; a role is only a ready-made set."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing that somebody may do; the values stand in the database."""

    SELL = "sell"
    REFUND = "refund"
    APPROVE = "approve"
    REPRINT = "reprint"
    ADMIT = "admit"
    MANAGE_SHIFTS = "manage_shifts"
    MANAGE_FILMS = "manage_films"
    MANAGE_HALLS = "manage_halls"
    MANAGE_PRICES = "manage_prices"
    MANAGE_SCHEDULE = "manage_schedule"
    MANAGE_STAFF = "manage_staff"
    MANAGE_TERMINALS = "manage_terminals"
    VIEW_REPORTS = "view_reports"


CASHIER = frozenset({Permission.SELL, Permission.ADMIT})
SUPERVISOR = CASHIER | {
    Permission.REFUND,
    Permission.APPROVE,
    Permission.REPRINT,
    Permission.MANAGE_SHIFTS,
    Permission.VIEW_REPORTS,
}
MANAGER = SUPERVISOR | {
    Permission.MANAGE_FILMS,
    Permission.MANAGE_HALLS,
    Permission.MANAGE_PRICES,
    Permission.MANAGE_SCHEDULE,
    Permission.MANAGE_STAFF,
}
ADMINISTRATOR = frozenset(Permission)
