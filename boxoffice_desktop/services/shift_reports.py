"""What shifts came to: the X report of an open one, the Z report of a closed one, and all tills' shifts of a day."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.documents.formatting import format_amount
from boxoffice_desktop.documents.pages import CashMovement, ReportRow, ShiftReport, TaxTotal
from boxoffice_desktop.documents.words import ReportWords, words_for
from boxoffice_desktop.domain.business_day import business_day_bounds, business_day_of
from boxoffice_desktop.domain.errors import NotFoundError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.services.context import Context, TicketsDocument
from boxoffice_desktop.services.report_copies import count_report_copy, is_z_report
from boxoffice_desktop.services.venue_paper import read_paper

_MOST_REPORTS: Final = 100

_VENUE: Final = text("SELECT v.* FROM boxoffice.venue v WHERE v.venue_id = :venue")
_X: Final = text(
    """
    SELECT boxoffice.read_x_report(f.shift_id) AS body,
           coalesce((SELECT m.amount FROM boxoffice.cash_movement m
                      WHERE m.shift_id = f.shift_id AND m.kind = 'float'), 0) AS opening
      FROM boxoffice.shift f WHERE f.shift_id = :shift
    """
)
_Z: Final = text(
    """
    SELECT z.* FROM boxoffice.z_report z JOIN boxoffice.terminal t ON t.terminal_id = z.terminal_id
     WHERE z.shift_id = :shift AND t.venue_id = :venue
    """
)
_Z_LIST: Final = text(
    """
    SELECT z.shift_id, z.number, t.name AS terminal_name, f.opened_at, z.closed_at, w.display_name AS closed_by,
           CAST(CAST(z.body AS jsonb) #>> '{sales,amount}' AS bigint) AS sold,
           z.counted_cash - z.expected_cash AS difference
      FROM boxoffice.z_report z
      JOIN boxoffice.shift f ON f.shift_id = z.shift_id
      JOIN boxoffice.terminal t ON t.terminal_id = z.terminal_id
      JOIN boxoffice.staff w ON w.staff_id = z.closed_by
     WHERE z.terminal_id = :terminal ORDER BY z.number DESC LIMIT :most
    """
)
# Shifts that were opened on the day, and on the running day those that were forgotten before.
_DAY: Final = text(
    """
    SELECT f.shift_id, f.number, f.terminal_id, t.name AS terminal_name, f.opened_at, o.display_name AS opened_by,
           z.closed_at, x.display_name AS closed_by, z.expected_cash, z.counted_cash, s.*, g.*,
           coalesce(a.amount, 0) AS adjusted, coalesce(r.amount, 0) AS refunded
      FROM boxoffice.shift f
      JOIN boxoffice.terminal t ON t.terminal_id = f.terminal_id
      JOIN boxoffice.staff o ON o.staff_id = f.opened_by
      LEFT JOIN boxoffice.z_report z ON z.shift_id = f.shift_id
      LEFT JOIN boxoffice.staff x ON x.staff_id = z.closed_by
      LEFT JOIN LATERAL (
        SELECT count(*) AS sales, coalesce(sum(s.ticket_count), 0) AS tickets, coalesce(sum(s.total), 0) AS sold
          FROM boxoffice.sale s WHERE s.shift_id = f.shift_id) s ON true
      LEFT JOIN LATERAL (
        SELECT coalesce(sum(p.amount) FILTER (WHERE p.kind = 'cash'), 0) AS cash,
               coalesce(sum(p.amount) FILTER (WHERE p.kind = 'card'), 0) AS card,
               coalesce(sum(p.amount) FILTER (WHERE p.kind NOT IN ('cash', 'card')), 0) AS other
          FROM boxoffice.sale s JOIN boxoffice.payment p ON p.sale_id = s.sale_id
         WHERE s.shift_id = f.shift_id) g ON true
      LEFT JOIN LATERAL (
        SELECT sum(a.amount) AS amount FROM boxoffice.sale s JOIN boxoffice.adjustment a ON a.sale_id = s.sale_id
         WHERE s.shift_id = f.shift_id) a ON true
      LEFT JOIN LATERAL (
        SELECT sum(r.total) AS amount FROM boxoffice.refund r WHERE r.shift_id = f.shift_id) r ON true
     WHERE t.venue_id = :venue
       AND ((f.opened_at >= :start AND f.opened_at < :end)
            OR (f.opened_at < :start AND z.shift_id IS NULL AND clock_timestamp() < :end))
     ORDER BY t.name, f.number
    """
)


@dataclass(frozen=True, kw_only=True)
class ZLine:
    """A Z report in a list; minor units, moments in the venue's zone."""

    shift_id: UUID
    number: int
    terminal_name: str
    opened_at: datetime
    closed_at: datetime
    closed_by: str
    sold: int
    difference: int


@dataclass(frozen=True, kw_only=True)
class ShiftLine:
    """A shift among those of a day; minor units, moments in the venue's zone.

    Attributes:
        sold: what its sales came to, discounts and fees included.
        cash, card, other: what was taken for them, by way of payment.
        refunded: the value of what was taken back in it.
        expected, counted: of the drawer; None while it is open.
        is_old: it is open and was opened on an earlier day.
    """

    shift_id: UUID
    number: int
    terminal_id: int
    terminal_name: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str
    sales: int
    tickets: int
    sold: int
    cash: int
    card: int
    other: int
    refunded: int
    expected: int | None
    counted: int | None
    is_old: bool

    @property
    def difference(self) -> int | None:
        """What is missing (negative) or too much; None while it is open."""
        return None if self.counted is None or self.expected is None else self.counted - self.expected


@dataclass(frozen=True, kw_only=True)
class ShiftDay:
    """All tills' shifts of a business day, and what they come to together (`difference` of those that are closed)."""

    day: date
    shifts: tuple[ShiftLine, ...]

    @property
    def is_open(self) -> bool:
        """Whether a shift among them is still open."""
        return any(shift.closed_at is None for shift in self.shifts)

    def total(self, what: str) -> int:
        """The sum of one of the numbers of `ShiftLine` over all shifts."""
        return sum(getattr(shift, what) or 0 for shift in self.shifts)


def read_x_report(session: Session, context: Context, *, shift_id: UUID, job_id: UUID | None = None) -> ShiftReport:
    """The report of an open shift as it is now, for a print job (it may have waited for long) or the next one.

    Who counts the drawer is not told what should be in it: without `view_reports` or `manage_shifts` payments and the
    expected cash are left out.

    Raises:
        NotFoundError: there is no such open shift.
        NotAllowedError: it is another till's shift and the signed-in person may not see it.
    """
    row = session.execute(_X, {"shift": shift_id}).one_or_none()
    if row is None or is_z_report(session, shift_id=shift_id, job_id=job_id):
        raise NotFoundError("open shift", shift_id)
    copy = count_report_copy(session, shift_id=shift_id, job_id=job_id)
    return _Report(session, context, row.body).build(opening=row.opening, copy=copy)


def get_z_report(session: Session, context: Context, *, shift_id: UUID, job_id: UUID | None = None) -> ShiftReport:
    """The report of a closed shift as it was written then, for a print job or for the next one.

    Raises:
        NotFoundError: there is no such closed shift.
        NotAllowedError: it is another till's and the signed-in person lacks `view_reports`.
    """
    row = session.execute(_Z, {"shift": shift_id, "venue": context.venue_id}).one_or_none()
    if row is None:
        raise NotFoundError("closed shift", shift_id)
    context.permit(Permission.SELL if row.terminal_id == context.terminal_id else Permission.VIEW_REPORTS)
    copy = count_report_copy(session, shift_id=shift_id, job_id=job_id)
    return _Report(session, context, json.loads(row.body)).build(closed=row, copy=copy)


def get_report(session: Session, context: Context, *, shift_id: UUID, job_id: UUID | None = None) -> ShiftReport:
    """The Z report of a shift that is closed, else its X report as it is now; for a job, as when it was asked for.

    Raises:
        NotFoundError: there is no such shift.
        NotAllowedError: as for the two reports.
    """
    is_closed = is_z_report(session, shift_id=shift_id, job_id=job_id)
    return (get_z_report if is_closed else read_x_report)(session, context, shift_id=shift_id, job_id=job_id)


def list_z_reports(session: Session, context: Context) -> tuple[ZLine, ...]:
    """The last Z reports of this till, newest first.

    Raises:
        NotAllowedError: the signed-in person does not sell.
    """
    context.permit(Permission.SELL)
    zone, _ = _read_day(session, context)
    rows = session.execute(_Z_LIST, {"terminal": context.terminal_id, "most": _MOST_REPORTS})
    return tuple(
        ZLine(
            shift_id=row.shift_id,
            number=row.number,
            terminal_name=row.terminal_name,
            opened_at=row.opened_at.astimezone(zone),
            closed_at=row.closed_at.astimezone(zone),
            closed_by=row.closed_by,
            sold=row.sold,
            difference=row.difference,
        )
        for row in rows
    )


def list_shifts(session: Session, context: Context, *, day: date | None = None) -> ShiftDay:
    """All tills' shifts of a business day; None is the day that runs now, with those that nobody has closed before it.

    Raises:
        NotAllowedError: the signed-in person lacks `view_reports`.
    """
    context.permit(Permission.VIEW_REPORTS)
    zone, today = _read_day(session, context)
    venue = session.execute(_VENUE, {"venue": context.venue_id}).one()
    asked = day or today
    start, end = business_day_bounds(asked, zone, venue.day_ends_at)
    rows = session.execute(_DAY, {"venue": context.venue_id, "start": start, "end": end}).all()
    return ShiftDay(day=asked, shifts=tuple(_read_line(row, zone, start) for row in rows))


def render_report(report: ShiftReport) -> TicketsDocument:
    """The report as a PDF on the till's paper. Takes no database; ReportLab is loaded with the first one."""
    from boxoffice_desktop.documents.shift_report import render_shift_report

    rendered = render_shift_report(report)
    return TicketsDocument(pdf=rendered.pdf, warnings=rendered.warnings)


def _read_day(session: Session, context: Context) -> tuple[ZoneInfo, date]:
    venue = session.execute(_VENUE, {"venue": context.venue_id}).one()
    zone = ZoneInfo(venue.time_zone)
    right_now = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return zone, business_day_of(right_now, zone, venue.day_ends_at)


def _read_line(row: Any, zone: ZoneInfo, start: datetime) -> ShiftLine:
    return ShiftLine(
        shift_id=row.shift_id,
        number=row.number,
        terminal_id=row.terminal_id,
        terminal_name=row.terminal_name,
        opened_at=row.opened_at.astimezone(zone),
        opened_by=row.opened_by,
        closed_at=None if row.closed_at is None else row.closed_at.astimezone(zone),
        closed_by=row.closed_by or "",
        sales=row.sales,
        tickets=int(row.tickets),
        sold=int(row.sold),
        cash=int(row.cash),
        card=int(row.card),
        other=int(row.other),
        refunded=int(row.refunded),
        expected=row.expected_cash,
        counted=row.counted_cash,
        is_old=row.closed_at is None and row.opened_at < start,
    )


class _Report:
    """Turns the totals of a shift, as the database wrote them, into what stands on paper."""

    def __init__(self, session: Session, context: Context, body: Mapping[str, Any]) -> None:
        self._body = body
        self._venue = session.execute(_VENUE, {"venue": context.venue_id}).one()
        self._paper = read_paper(session, context.venue_id)
        self._zone = ZoneInfo(self._venue.time_zone)
        self._now = context.now
        self._words: ReportWords = words_for(self._venue.locale).report

    def build(self, *, opening: int = 0, closed: Any = None, copy: int = 1) -> ShiftReport:
        """The report; `closed` is the row of the Z report, None for an X report with the float `opening`."""
        body, shift, sales = self._body, self._body["shift"], self._body["sales"]
        cash = body.get("cash")
        return ShiftReport(
            venue_name=body.get("venue", self._venue.name),
            venue_lines=self._paper.lines or tuple(line for line in (self._venue.city,) if line),
            logo=self._paper.logo,
            locale=self._venue.locale,
            currency=shift["currency"],
            terminal_name=shift["terminal"],
            shift_number=shift["number"],
            z_number=None if closed is None else closed.number,
            opened_at=self._moment(shift["opened_at"]),
            opened_by=shift["opened_by"],
            closed_at=None if closed is None else self._moment(body["closed_at"]),
            closed_by="" if closed is None else body["closed_by"],
            printed_at=self._now.astimezone(self._zone),
            float_amount=opening if cash is None else cash["opening"],
            sales=ReportRow(label="", count=sales["count"], amount=sales["amount"]),
            by_type=self._rows(body["types"], "name"),
            by_film=self._rows(body["films"], "title"),
            by_payment=self._payments(),
            by_tax=tuple(self._tax(each) for each in body["taxes"]),
            discounts=self._kinds(body["adjustments"]),
            refunds=self._kinds((each for each in body["refunds"] if each["kind"] != "void"), sign=-1),
            voids=self._kinds((each for each in body["refunds"] if each["kind"] == "void"), sign=-1),
            reprints=body["reprints"],
            no_sales=body["drawer_openings"],
            movements=tuple(self._movement(each) for each in body["movements"]),
            expected=None if cash is None else cash["expected"],
            counted=None if closed is None else closed.counted_cash,
            denominations=tuple(self._pieces(each) for each in body["pieces"]),
            difference_reason="" if closed is None else closed.reason,
            sale_numbers=_span(sales["first"], sales["last"]),
            ticket_serials=_span(sales["first_serial"], sales["last_serial"]),
            journal_number=0 if closed is None else closed.journal_number,
            journal_hash="" if closed is None else bytes(closed.journal_hash).hex(),
            copy=copy,
        )

    def _moment(self, written: str) -> datetime:
        return datetime.fromisoformat(written).astimezone(self._zone)

    @staticmethod
    def _rows(lines: Sequence[Mapping[str, Any]], label: str) -> tuple[ReportRow, ...]:
        return tuple(
            ReportRow(label=line[label] or f"? {line['id']}", count=line["count"], amount=line["amount"])
            for line in lines
        )

    def _kinds(self, lines: Any, *, sign: int = 1) -> tuple[ReportRow, ...]:
        return tuple(
            ReportRow(label=self._kind(line["kind"]), count=line["count"], amount=sign * line["amount"])
            for line in lines
        )

    def _kind(self, kind: str) -> str:
        return str(getattr(self._words, kind))

    def _payments(self) -> tuple[ReportRow, ...]:
        """What came in, then what went out again, then what rounding did to the cash: together what is left."""
        body, words = self._body, self._words
        if "payments" not in body:
            return ()
        # What is owed has not left yet: it is paid out later, in this shift or in another.
        back = [line for line in body["refund_payments"] if line["kind"] != "owed"]
        owed = body["payouts"]
        rows = list(self._kinds(body["payments"]))
        rows += [
            ReportRow(
                label=words.given_back.format(kind=self._kind(line["kind"])),
                count=line["count"],
                amount=-line["amount"],
            )
            for line in back
        ]
        if owed["count"]:
            rows.append(ReportRow(label=words.paid_out, count=owed["count"], amount=-owed["amount"]))
        rounding = (
            sum(line["rounding"] for line in body["payments"])
            - sum(line["rounding"] for line in back)
            - owed["rounding"]
        )
        if rounding:
            rows.append(ReportRow(label=words.cash_rounding, amount=rounding))
        return tuple(rows)

    @staticmethod
    def _tax(line: Mapping[str, Any]) -> TaxTotal:
        gross, tax = line["amount"] - line["refunded"], line["tax"] - line["refunded_tax"]
        return TaxTotal(label=line["name"] or "", net=gross - tax, tax=tax, gross=gross)

    def _movement(self, line: Mapping[str, Any]) -> CashMovement:
        return CashMovement(
            at=self._moment(line["at"]),
            label=self._kind(line["kind"]),
            amount=line["amount"] if line["kind"] == "pay_in" else -line["amount"],
            reason=line["reason"],
            staff_name=line["staff"],
        )

    def _pieces(self, line: Mapping[str, Any]) -> ReportRow:
        value, pieces = line["denomination"], line["pieces"]
        label = format_amount(value, self._body["shift"]["currency"], self._venue.locale)
        return ReportRow(label=label, count=pieces, amount=value * pieces)


def _span(first: int | None, last: int | None) -> tuple[int, int] | None:
    return None if first is None or last is None else (first, last)
