"""The receipt of a sale, a refund, an exchange or a void, and of owed cash that was paid out."""

from collections.abc import Callable, Mapping

from boxoffice_desktop.documents.design import Design, DesignKind
from boxoffice_desktop.documents.formatting import format_date_time
from boxoffice_desktop.documents.pages import ReceiptPage, RenderedDocument
from boxoffice_desktop.documents.running import Writer, finish
from boxoffice_desktop.documents.words import ReceiptWords, words_for


def render_receipt(
    page: ReceiptPage, design: Design | None = None, *, words: ReceiptWords | None = None
) -> RenderedDocument:
    """The receipt as a PDF, on a receipt roll without a design. Safe from any thread.

    Raises:
        InvalidInputError: the locale does not exist, or the design is not one for receipts.
    """
    return draw_receipt(page, design, words)[0]


def draw_receipt(
    page: ReceiptPage, design: Design | None = None, words: ReceiptWords | None = None
) -> tuple[RenderedDocument, tuple[str, ...]]:
    """The receipt, and the texts that were too long for the design."""
    spoken = words or words_for(page.locale).receipt
    return finish(
        design,
        DesignKind.RECEIPT,
        currency=page.currency,
        locale=page.locale,
        title=lambda: f"{_name(page, spoken)} - {format_date_time(page.at, page.locale)}",
        venue_name=page.venue_name,
        page_word="",
        blocks=lambda writer: _Receipt(page, spoken, writer).blocks(),
    )


class _Receipt:
    def __init__(self, page: ReceiptPage, words: ReceiptWords, writer: Writer) -> None:
        self._page, self._words, self._out = page, words, writer

    def blocks(self) -> Mapping[str, Callable[[], None]]:
        page, out = self._page, self._out
        return {
            "logo": lambda: out.logo(page.logo),
            "venue": lambda: out.venue(page.venue_name, page.venue_lines),
            "heading": self._heading,
            "lines": self._lines,
            "totals": self._totals,
            "payments": self._payments,
            "taxes": self._taxes,
            "facts": self._facts,
            "note": self._note,
        }

    def _heading(self) -> None:
        page, words, out = self._page, self._words, self._out
        out.copy_bar(words.copy, page.copy)
        out.text(_name(page, words), out.type.large, bold=True)
        out.text(format_date_time(page.at, page.locale))
        if page.refers_to:
            out.text(f"{words.refers_to} {page.refers_to}", bold=True)
        if page.new_sale:
            out.text(f"{words.new_sale} {page.new_sale}", bold=True)
        if page.reason:
            out.text(f"{words.reason}: {page.reason}", lines=3)

    def _lines(self) -> None:
        out = self._out
        out.rule()
        for line in self._page.lines:
            text = line.text if line.count == 1 else f"{line.count} × {line.text}"  # noqa: RUF001 - a multiplication sign
            out.pair(text, out.amount(line.amount), bold=True)
            out.text(line.detail, out.type.small, lines=4)

    def _totals(self) -> None:
        page, words, out = self._page, self._words, self._out
        out.rule(dashed=True)
        if page.discounts or page.rounding:
            out.pair(words.subtotal, out.amount(sum(line.amount for line in page.lines)))
        for discount in page.discounts:
            out.pair(discount.text, out.amount(discount.amount))
        if page.rounding:
            out.pair(words.rounding, out.amount(page.rounding))
        word = words.paid_back if page.total < 0 else words.total
        out.pair(word, out.money(abs(page.total) if page.total < 0 else page.total), out.type.large, bold=True)

    def _payments(self) -> None:
        page, words, out = self._page, self._words, self._out
        for payment in page.payments:
            label = f"{payment.label} {payment.detail}" if payment.detail else payment.label
            out.pair(label, out.amount(payment.amount))
        if page.change:
            out.pair(words.change, out.amount(page.change), bold=True)

    def _taxes(self) -> None:
        page, words, out = self._page, self._words, self._out
        if page.taxes:
            out.rule(dashed=True)
            out.taxed(words.tax, words.net, words.tax, words.gross, bold=True)
        for tax in page.taxes:
            out.taxed(tax.label, out.amount(tax.net), out.amount(tax.tax), out.amount(tax.gross))

    def _facts(self) -> None:
        page, words, out = self._page, self._words, self._out
        out.rule(dashed=True)
        out.pair(words.terminal, page.terminal_name, out.type.small)
        if page.staff_name:
            out.pair(words.staff, page.staff_name, out.type.small)
        out.journal(words.journal, page.journal_hash)

    def _note(self) -> None:
        if self._page.note:
            self._out.gap(1.5)
            self._out.text(self._page.note, centred=True, lines=4)


def _name(page: ReceiptPage, words: ReceiptWords) -> str:
    kind = str(getattr(words, page.kind))
    return f"{kind} {page.number}" if page.number else kind
