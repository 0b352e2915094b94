"""The X and the Z report of a shift."""

from collections.abc import Callable, Mapping, Sequence

from boxoffice_desktop.documents.design import Design, DesignKind
from boxoffice_desktop.documents.formatting import format_date_time, format_time
from boxoffice_desktop.documents.pages import RenderedDocument, ReportRow, ShiftReport
from boxoffice_desktop.documents.running import Writer, finish
from boxoffice_desktop.documents.words import ReportWords, words_for

_HASH_GROUP = 16


def render_shift_report(
    report: ShiftReport, design: Design | None = None, *, words: ReportWords | None = None
) -> RenderedDocument:
    """The report as a PDF, on a receipt roll without a design. Safe from any thread.

    Raises:
        InvalidInputError: the locale does not exist, or the design is not one for reports.
    """
    return draw_shift_report(report, design, words)[0]


def draw_shift_report(
    report: ShiftReport, design: Design | None = None, words: ReportWords | None = None
) -> tuple[RenderedDocument, tuple[str, ...]]:
    """The report, and the texts that were too long for the design."""
    spoken = words or words_for(report.locale).report
    return finish(
        design,
        DesignKind.REPORT,
        currency=report.currency,
        locale=report.locale,
        title=lambda: f"{_heading(report, spoken)} - {report.terminal_name}",
        venue_name=report.venue_name,
        page_word=spoken.page,
        blocks=lambda writer: _Report(report, spoken, writer).blocks(),
    )


def _heading(report: ShiftReport, words: ReportWords) -> str:
    return words.x_report if report.z_number is None else f"{words.z_report} {report.z_number}"


class _Report:
    def __init__(self, report: ShiftReport, words: ReportWords, writer: Writer) -> None:
        self._report, self._words, self._out = report, words, writer

    def blocks(self) -> Mapping[str, Callable[[], None]]:
        report, words, out = self._report, self._words, self._out
        return {
            "logo": lambda: out.logo(report.logo),
            "venue": lambda: out.venue(report.venue_name, report.venue_lines),
            "heading": self._head,
            "shift": self._shift,
            "sales": self._sales,
            "types": lambda: self._table(words.by_type, report.by_type),
            "films": lambda: self._table(words.by_film, report.by_film),
            "payments": lambda: self._table(words.by_payment, report.by_payment),
            "taxes": self._taxes,
            "corrections": self._corrections,
            "movements": self._movements,
            "drawer": self._drawer,
            "journal": self._journal,
            "signature": self._signature,
        }

    def _head(self) -> None:
        report, words, out = self._report, self._words, self._out
        out.copy_bar(words.copy, report.copy)
        out.text(_heading(report, words), out.type.large * 1.2, bold=True)
        out.pair(words.terminal, report.terminal_name, bold=True)
        out.pair(words.shift, str(report.shift_number), bold=True)

    def _shift(self) -> None:
        report, words, out = self._report, self._words, self._out
        out.pair(words.opened, format_date_time(report.opened_at, report.locale))
        out.pair("", report.opened_by)
        if report.closed_at is None:
            out.pair(words.closed, words.running)
        else:
            out.pair(words.closed, format_date_time(report.closed_at, report.locale))
            out.pair("", report.closed_by)
        out.pair(words.printed, format_date_time(report.printed_at, report.locale))

    def _sales(self) -> None:
        report, words, out = self._report, self._words, self._out
        out.heading(words.sales)
        out.counted(report.sales.label or words.sales, report.sales.count, report.sales.amount, bold=True)
        for label, span in ((words.sale_numbers, report.sale_numbers), (words.ticket_serials, report.ticket_serials)):
            if span is not None:
                out.pair(label, f"{span[0]} \N{EN DASH} {span[1]}", out.type.small)

    def _table(self, heading: str, rows: Sequence[ReportRow]) -> None:
        if not rows:
            return
        self._out.heading(heading)
        for row in rows:
            self._out.counted(row.label, row.count, row.amount)
        if len(rows) > 1:
            counts = [row.count for row in rows if row.count is not None]
            self._out.counted("", sum(counts) if counts else None, sum(row.amount for row in rows), bold=True)

    def _taxes(self) -> None:
        words, out = self._words, self._out
        taxes = self._report.by_tax
        if not taxes:
            return
        out.heading(words.by_tax)
        out.taxed("", words.net, words.by_tax, words.gross, bold=True)
        for tax in taxes:
            out.taxed(tax.label, out.amount(tax.net), out.amount(tax.tax), out.amount(tax.gross))

    def _corrections(self) -> None:
        report, words, out = self._report, self._words, self._out
        self._table(words.discounts, report.discounts)
        self._table(words.refunds, report.refunds)
        self._table(words.voids, report.voids)
        out.gap()
        out.pair(words.reprints, str(report.reprints))
        out.pair(words.no_sales, str(report.no_sales))

    def _movements(self) -> None:
        report, out = self._report, self._out
        if not report.movements:
            return
        out.heading(self._words.movements)
        for move in report.movements:
            out.counted(f"{format_time(move.at, report.locale)} {move.label}", None, move.amount)
            out.text(", ".join(text for text in (move.reason, move.staff_name) if text.strip()), out.type.small)

    def _drawer(self) -> None:
        report, words, out = self._report, self._words, self._out
        out.heading(words.drawer)
        out.counted(words.float_amount, None, report.float_amount)
        if report.expected is not None:
            out.counted(words.expected, None, report.expected)
        for row in report.denominations:
            out.counted(row.label, row.count, row.amount)
        if report.counted is not None:
            out.counted(words.counted, None, report.counted, bold=True)
        if report.difference is not None:
            out.pair(words.difference, out.money(report.difference), out.type.large, bold=True)
        if report.difference_reason:
            out.text(f"{words.reason}: {report.difference_reason}", lines=4)

    def _journal(self) -> None:
        report, words, out = self._report, self._words, self._out
        if not report.journal_hash:
            return
        out.rule(dashed=True)
        out.pair(words.journal_number, str(report.journal_number), out.type.small)
        out.text(words.journal, out.type.small, keeps=True)
        # Whole: this is what the chain is compared with when somebody doubts it.
        whole = report.journal_hash
        groups = [whole[place : place + _HASH_GROUP] for place in range(0, len(whole), _HASH_GROUP)]
        out.text(" ".join(groups), out.type.small, lines=4)

    def _signature(self) -> None:
        out = self._out
        out.gap(6)
        out.sheet.add_rule(0.5)
        out.text(self._words.signature, out.type.small)
