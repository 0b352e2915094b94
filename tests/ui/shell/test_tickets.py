import io
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot
from reportlab.pdfgen.canvas import Canvas

from boxoffice_desktop.db.credentials import MailPassword
from boxoffice_desktop.domain.mail import MailError, MailSettings
from boxoffice_desktop.domain.selling import CompletedSale
from boxoffice_desktop.services.context import TicketsDocument
from boxoffice_desktop.ui.shell.address_dialog import AddressDialog
from boxoffice_desktop.ui.shell.ticket_window import TicketDesk, TicketWindow
from boxoffice_desktop.ui.widgets import mail_store
from boxoffice_desktop.ui.widgets.mail_store import MailStore
from boxoffice_desktop.ui.widgets.pdf_preview import PdfPreview
from boxoffice_desktop.ui.widgets.printer_choices import PrinterChoices
from tests.ui.shell.conftest import Till

SALE_ID = UUID(int=7)
SALE = CompletedSale(
    sale_id=SALE_ID,
    number=1042,
    sold_at=datetime(2026, 3, 20, 12, tzinfo=UTC),
    total=2400,
    change=0,
    journal_hash="0" * 64,
    tickets=(),
)


def make_pdf(pages: int) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(227, 400))
    for page in range(pages):
        canvas.drawString(20, 200, f"Ticket {page + 1}")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@pytest.fixture
def preview(qtbot: QtBot) -> PdfPreview:
    preview = PdfPreview()
    qtbot.addWidget(preview)
    preview.show()
    return preview


def test_every_page_is_there(preview: PdfPreview) -> None:
    assert preview.show_pdf(make_pdf(3))
    assert preview.page_count == 3
    assert preview.show_pdf(make_pdf(1))
    assert preview.page_count == 1


@pytest.mark.parametrize(
    "broken",
    [b"", b"no PDF", make_pdf(2)[:200], b"%PDF-1.7\n%%EOF", b"\x00" * 4096],
    ids=["empty", "text", "cut", "bare", "zeros"],
)
def test_broken_bytes_show_a_sentence_and_offer_nothing(preview: PdfPreview, broken: bytes) -> None:
    preview.show_pdf(make_pdf(1))
    assert not preview.show_pdf(broken)
    assert preview.page_count == 0
    assert preview._trouble.isVisible()
    assert not preview._print.isEnabled()
    assert not preview._save.isEnabled()
    assert preview.show_pdf(make_pdf(1))
    assert preview._print.isEnabled()


def test_it_is_saved_byte_for_byte(qtbot: QtBot, preview: PdfPreview, tmp_path: Path) -> None:
    pdf = make_pdf(2)
    preview.show_pdf(pdf)
    with qtbot.waitSignal(preview.saved):
        preview.save(str(tmp_path / "tickets.pdf"))
    assert (tmp_path / "tickets.pdf").read_bytes() == pdf


def test_a_place_that_cannot_be_written_is_told_with_the_reason(
    qtbot: QtBot, preview: PdfPreview, tmp_path: Path
) -> None:
    preview.show_pdf(make_pdf(1))
    with qtbot.waitSignal(preview.save_failed) as failure:
        preview.save(str(tmp_path / "missing" / "tickets.pdf"))
    assert failure.args[1]


def test_the_file_dialog_does_not_block(qtbot: QtBot, preview: PdfPreview, tmp_path: Path) -> None:
    pdf = make_pdf(1)
    preview.show_pdf(pdf, "sale-7.pdf")
    dialog = preview.ask_where_to_save()
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "sale-7.pdf"))
    dialog.close()
    assert (tmp_path / "sale-7.pdf").read_bytes() == pdf


def test_tickets_open_beside_the_window_with_their_warnings_one_window_at_a_time(qtbot: QtBot, till: Till) -> None:
    till.desk.documents[SALE_ID] = TicketsDocument(pdf=make_pdf(2), warnings=("The title is set in Latin letters.",))
    tickets = TicketDesk(till.window, till.tasks, till.presenter, PrinterChoices(till.settings))
    opened: list[TicketWindow] = []
    tickets.shown.connect(opened.append)
    with qtbot.waitSignal(tickets.shown):
        tickets.show_tickets(SALE)
    first = opened[0]
    assert first.isVisible()
    assert not first.isModal()
    assert "The title is set in Latin letters." in [label.text() for label in first.findChildren(QLabel)]
    gone: list[bool] = []
    first.destroyed.connect(lambda: gone.append(True))
    with qtbot.waitSignal(tickets.shown):
        tickets.show_tickets(SALE)
    qtbot.waitUntil(lambda: gone == [True])
    opened[1].close()


def test_tickets_that_cannot_be_rendered_are_said_inside_the_window(qtbot: QtBot, till: Till) -> None:
    TicketDesk(till.window, till.tasks, till.presenter, PrinterChoices(till.settings)).show_tickets(SALE)
    qtbot.waitUntil(lambda: len(till.presenter.notices.messages) == 1)
    assert till.presenter.notices.messages[0].title == "There is no such sale any more"


def test_tickets_go_by_mail_when_a_server_is_set_up(
    qtbot: QtBot, till: Till, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = MailStore(till.settings, MailPassword(tmp_path, "till"))
    sent: list[tuple[object, object]] = []
    faults: list[MailError] = []

    def send(_settings: MailSettings, _password: str, **letter: object) -> None:
        if faults:
            raise faults.pop()
        sent.append((letter["to"], letter["file_name"]))

    monkeypatch.setattr(mail_store, "send_document", send)
    till.desk.documents[SALE_ID] = TicketsDocument(pdf=make_pdf(1), warnings=())
    tickets = TicketDesk(till.window, till.tasks, till.presenter, PrinterChoices(till.settings), mail)
    with qtbot.waitSignal(tickets.shown) as shown:
        tickets.show_tickets(SALE)
    assert not shown.args[0].mail.isVisible()
    mail.save(MailSettings(host="smtp.example", sender="a@b.example"))
    with qtbot.waitSignal(tickets.shown) as shown:
        tickets.show_tickets(SALE)
    window = shown.args[0]
    faults.append(MailError("The e-mail server does not answer in time."))
    for wanted in ("The tickets were not sent", "Sent by e-mail"):
        window.mail.click()
        dialog = window.findChildren(AddressDialog)[-1]
        dialog.form.set_text("address", "eva")
        dialog.choose()
        assert dialog.form.problems()
        dialog.form.set_text("address", "eva@home.example")
        dialog.choose()
        qtbot.waitUntil(till.tasks.is_idle)
        assert wanted in [message.title for message in till.presenter.notices.messages]
    assert sent == [("eva@home.example", "counter-1-001042.pdf")]
    window.close()
