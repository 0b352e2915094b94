"""The only place that words errors for people: what happened, what is safe, what to do."""

from datetime import timedelta
from functools import singledispatch

from PySide6.QtCore import QCoreApplication

from boxoffice_desktop.domain import errors
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.ui.shell.message import Message, Severity

translate = QCoreApplication.translate


@singledispatch
def describe(error: BaseException) -> Message:
    """What to tell a person about `error`. Everything that is not a `BoxOfficeError` is worded as a bug of ours."""
    del error  # its own words are for the log
    return Message(
        title=translate("Errors", "The program made a mistake"),
        text=translate(
            "Errors",
            "The till goes on working, and every sale it confirmed is stored. "
            "Look at the last thing you did before you do it again.",
        ),
        severity=Severity.BUG,
    )


@describe.register
def _(error: errors.BoxOfficeError) -> Message:
    return Message(title=translate("Errors", "That did not work"), text=str(error))


@describe.register
def _(error: errors.InvalidInputError) -> Message:
    return Message(title=translate("Errors", "Please check what was typed"), text=str(error))


def _deed(permission: str | None) -> str | None:
    deeds = {
        Permission.SELL: translate("Errors", "sell tickets"),
        Permission.REFUND: translate("Errors", "give refunds"),
        Permission.APPROVE: translate("Errors", "approve this"),
        Permission.REPRINT: translate("Errors", "print tickets again"),
        Permission.ADMIT: translate("Errors", "let people in"),
        Permission.MANAGE_SHIFTS: translate("Errors", "manage shifts"),
        Permission.MANAGE_FILMS: translate("Errors", "change films"),
        Permission.MANAGE_HALLS: translate("Errors", "change halls"),
        Permission.MANAGE_PRICES: translate("Errors", "change prices"),
        Permission.MANAGE_SCHEDULE: translate("Errors", "change the schedule"),
        Permission.MANAGE_STAFF: translate("Errors", "manage staff"),
        Permission.MANAGE_TERMINALS: translate("Errors", "manage terminals"),
        Permission.VIEW_REPORTS: translate("Errors", "see reports"),
    }
    return deeds.get(Permission(permission)) if permission in set(Permission) else None


@describe.register
def _(error: errors.NotAllowedError) -> Message:
    deed = _deed(error.permission)
    return Message(
        title=translate("Errors", "You may not {deed}").format(deed=deed)
        if deed
        else translate("Errors", "You may not do this"),
        text=translate("Errors", "Nothing was changed. Ask somebody who may."),
    )


@describe.register
def _(_error: errors.NotSignedInError) -> Message:
    return Message(
        title=translate("Errors", "Nobody is signed in"),
        text=translate("Errors", "Nothing was changed. Sign in and do it again."),
    )


@describe.register
def _(error: errors.SignInRefusedError) -> Message:
    if error.locked:
        return Message(
            title=translate("Errors", "Too many wrong PINs"),
            text=translate("Errors", "This name is locked for a while. A manager can unlock it."),
        )
    return Message(
        title=translate("Errors", "That name and PIN do not go together"),
        text=translate("Errors", "Next try in {seconds} s.").format(seconds=error.wait_seconds)
        if error.wait_seconds
        else translate("Errors", "Try again."),
    )


@describe.register
def _(error: errors.NotFoundError) -> Message:
    return Message(
        title=translate("Errors", "There is no such {what} any more").format(what=error.what),
        text=translate("Errors", "Somebody may have removed it at another till. Nothing was changed."),
    )


@describe.register
def _(error: errors.AttemptNotKeptError) -> Message:
    return Message(
        title=translate("Errors", "This till cannot write to its disk"),
        text=translate(
            "Errors",
            "{reason}. Nothing was sent and nothing was sold: do not take money. Make room on the disk and try again.",
        ).format(reason=error.reason),
        severity=Severity.WARNING,
    )


@describe.register
def _(error: errors.ApprovalRefusedError) -> Message:
    reasons = {
        "expired": translate("Errors", "The approval has run out: it is good for two minutes."),
        "used": translate("Errors", "The approval was used already: it is good for one time."),
        "other": translate("Errors", "The approval was for something else."),
    }
    return Message(
        title=translate("Errors", "This needs a new approval"),
        text=reasons.get(error.why, "") or translate("Errors", "Nothing was changed. Ask again."),
    )


@describe.register
def _(error: errors.AlreadyRefundedError) -> Message:
    deeds = {
        "admitted": translate("Errors", "{seat} is inside already"),
        "paid_out": translate("Errors", "This money was paid out already"),
        "exchange": translate("Errors", "{seat} was exchanged already"),
    }
    title = deeds.get(error.why) or translate("Errors", "{seat} was taken back already")
    when = error.at[:16].replace("T", " ")
    return Message(
        title=title.format(seat=error.seat),
        text=translate("Errors", "{person}, {place}, {when}. Nothing was changed.").format(
            person=error.person, place=error.place, when=when
        ),
    )


@describe.register
def _(error: errors.ConflictError) -> Message:
    return Message(title=translate("Errors", "Not possible now"), text=str(error))


def _fate(seat: errors.SeatHolder) -> str:
    if seat.holder and seat.state == "held":
        return translate("Errors", "with {counter}").format(counter=seat.holder)
    fates = {
        "held": translate("Errors", "with another counter"),
        "sold": translate("Errors", "sold"),
        "house": translate("Errors", "kept for the house"),
        "reservation": translate("Errors", "reserved"),
        "out_of_order": translate("Errors", "out of order"),
        "gone": translate("Errors", "not in this hall any more"),
    }
    return fates.get(seat.state, translate("Errors", "taken"))


def describe_seats(seats: tuple[errors.SeatHolder, ...]) -> str:
    """Who has which seats, e.g. `C4, C5 are with Counter 2 · C6 is sold`."""
    by_fate: dict[str, list[str]] = {}
    for seat in seats:
        by_fate.setdefault(_fate(seat), []).append(seat.seat_name)
    return " · ".join(
        (
            translate("Errors", "{seats} is {fate}") if len(names) == 1 else translate("Errors", "{seats} are {fate}")
        ).format(seats=", ".join(names), fate=fate)
        for fate, names in by_fate.items()
    )


@describe.register
def _(error: errors.SeatsUnavailableError) -> Message:
    return Message(
        title=describe_seats(error.seats) or translate("Errors", "Somebody was quicker"),
        text=translate("Errors", "Your basket is as it was. Choose other seats."),
    )


@describe.register
def _(error: errors.NotEnoughSeatsError) -> Message:
    return Message(
        title=translate("Errors", "No {wanted} free seats side by side").format(wanted=error.wanted),
        text=translate(
            "Errors", "{longest} is the most in one row. Take fewer at a time, or choose on the map."
        ).format(longest=error.longest)
        if error.longest
        else translate("Errors", "No such seat is free. Choose on the map, or another show."),
    )


@describe.register
def _(error: errors.BasketFullError) -> Message:
    return Message(
        title=translate("Errors", "A sale takes at most {limit} seats").format(limit=error.limit),
        text=translate("Errors", "Sell these first, then begin the next sale."),
    )


@describe.register
def _(_error: errors.NotStoredError) -> Message:
    return Message(
        title=translate("Errors", "It was not stored"),
        text=translate("Errors", "Nothing was changed. Do it again if it is still wanted."),
    )


@describe.register
def _(error: errors.GroupTooSmallError) -> Message:
    return Message(
        title=translate("Errors", "{kind} is for {wanted} people or more").format(
            kind=error.ticket_type, wanted=error.wanted
        ),
        text=translate("Errors", "Here are {had}. Choose another ticket type, or add seats of this show.").format(
            had=error.had
        ),
    )


@describe.register
def _(error: errors.HoldExpiredError) -> Message:
    went_back = translate("Errors", "Nothing was sold. Choose the seats again before you take any money.")
    if error.seat_names:
        seats = translate("Errors", "It was {seats}.").format(seats=", ".join(error.seat_names))
        went_back = f"{seats} {went_back}"
    return Message(
        title=translate("Errors", "Hold ended, seats are free again"), text=went_back, severity=Severity.WARNING
    )


@describe.register
def _(error: errors.ShowNotOnSaleError) -> Message:
    titles = {
        "draft": translate("Errors", "This show is not on sale yet"),
        "closed": translate("Errors", "This show is closed for sale"),
        "cancelled": translate("Errors", "This show is cancelled"),
        "over": translate("Errors", "This show is over"),
    }
    return Message(
        title=titles.get(error.status, translate("Errors", "This show is not on sale")),
        text=translate("Errors", "Nothing was sold. Choose another show."),
    )


@describe.register
def _(_error: errors.ShiftClosedError) -> Message:
    return Message(
        title=translate("Errors", "No shift is open at this till"),
        text=translate("Errors", "Nothing was sold or moved; take no money. Open the shift first, under Shift."),
        severity=Severity.WARNING,
    )


@describe.register
def _(_error: errors.DifferenceReasonNeededError) -> Message:
    return Message(
        title=translate("Errors", "The count is not what it should be"),
        text=translate("Errors", "The shift is still open. Count again, or say why it differs."),
    )


@describe.register
def _(error: errors.TerminalInUseError) -> Message:
    return Message(
        title=translate("Errors", "{terminal} is already open").format(terminal=error.terminal),
        text=translate("Errors", "Another window works as this counter. Use that one, or close it and start again."),
        severity=Severity.WARNING,
    )


@describe.register
def _(_error: errors.BusyError) -> Message:
    return Message(
        title=translate("Errors", "Busy, nothing was changed"),
        text=translate("Errors", "Other counters work on the same seats. Try again in a moment."),
    )


@describe.register
def _(error: errors.DatabaseUnavailableError) -> Message:
    return Message(
        title=translate("Errors", "No connection to the database"),
        text=translate("Errors", "Nothing was changed. Sell again when the connection is back. ({detail})").format(
            detail=error.detail
        ),
        severity=Severity.WARNING,
        topic="link",
    )


@describe.register
def _(error: errors.SchemaMismatchError) -> Message:
    if error.newer:
        return Message(
            title=translate("Errors", "This till needs an update"),
            text=translate(
                "Errors",
                "The database belongs to a newer release. Nothing was changed. Install that release on this till.",
            ),
            severity=Severity.WARNING,
        )
    return Message(
        title=translate("Errors", "The database needs an upgrade"),
        text=translate(
            "Errors",
            "It belongs to an older release. Nothing was changed. Whoever looks after the server runs its upgrade.",
        ),
        severity=Severity.WARNING,
    )


@describe.register
def _(_error: errors.OutcomeUnknownError) -> Message:
    return Message(
        title=translate("Errors", "Not confirmed: the connection broke while paying"),
        text=translate(
            "Errors",
            "Do not take the money again. When the connection is back, the till finds out whether the sale is stored.",
        ),
        severity=Severity.WARNING,
    )


@describe.register
def _(error: errors.ServerStartError) -> Message:
    return Message(
        title=translate("Errors", "The database did not start"),
        text=f"{error}\n{error.advice}",
        severity=Severity.WARNING,
    )


@describe.register
def _(error: errors.CredentialError) -> Message:
    return Message(
        title=translate("Errors", "This till cannot say who it is"),
        text=f"{error}\n{error.advice}",
        severity=Severity.WARNING,
    )


@describe.register
def _(error: errors.SetupError) -> Message:
    return Message(
        title=translate("Errors", "This till cannot get to its server"),
        text=f"{error}\n{error.advice}",
        severity=Severity.WARNING,
    )


@describe.register
def _(error: errors.PrinterError) -> Message:
    detail = f" ({error})" if str(error) else ""
    return Message(
        title=translate("Errors", "The printer did not take the tickets"),
        text=translate("Errors", "The sale is stored. Print again when the printer is ready.") + detail,
        severity=Severity.WARNING,
    )


@describe.register
def _(error: errors.ImportRefusedError) -> Message:
    return Message(
        title=translate("Errors", "This file cannot be imported"),
        text=f"{error}\n" + translate("Errors", "Nothing was imported."),
        severity=Severity.WARNING,
    )


def describe_clock(ahead: timedelta) -> Message:
    """What to tell a person about a till's clock that is `ahead` of the database's, or behind it when negative."""
    minutes = round(abs(ahead).total_seconds() / 60)
    days, hours = minutes // 1440, minutes // 60
    if days > 1:
        much = translate("Errors", "{count} days").format(count=round(minutes / 1440))
    elif hours > 1:
        much = translate("Errors", "{count} hours").format(count=round(minutes / 60))
    else:
        much = translate("Errors", "{count} minutes").format(count=minutes)
    title = (
        translate("Errors", "This till's clock is {much} fast")
        if ahead > timedelta()
        else translate("Errors", "This till's clock is {much} slow")
    )
    return Message(
        title=title.format(much=much),
        text=translate("Errors", "Selling goes by the database's clock, so nothing else is wrong. Have it set right."),
        topic="clock",
    )
