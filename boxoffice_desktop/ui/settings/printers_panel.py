"""Where this till prints what: a printer for each kind of document, and a page to try it with."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from boxoffice_desktop.domain.printing import DocumentKind, PrinterChoice, PrinterKind
from boxoffice_desktop.ui.widgets.form import Form
from boxoffice_desktop.ui.widgets.printer_choices import PrinterChoices
from boxoffice_desktop.ui.widgets.printers import SystemPrinters
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, restyle

_WIDTHS = ((576, "80 mm"), (384, "58 mm"), (512, "76 mm"))


class PrintersPanel(QFrame):
    """The choices as they stand in the till's settings; a change counts at once when it can be used.

    Signals:
        test_requested: the `PrinterChoice` to print a page with.
    """

    test_requested = Signal(object)

    def __init__(self, choices: PrinterChoices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices = choices
        self._system = SystemPrinters(names=(), default="")
        self._shows = False
        self.document, self.kind, self.system = QComboBox(), QComboBox(), QComboBox()
        self.address = QLineEdit()
        self.where = QStackedWidget()
        self.tray, self.width_choice, self.design = QLineEdit(), QComboBox(), QComboBox()
        self.has_drawer = QCheckBox(self.tr("The cash drawer hangs on this printer"))
        self.answers = QCheckBox(self.tr("The printer answers (paper, cover, end of the print)"))
        self.form = Form(columns=2)
        self.button = QPushButton(self.tr("Print a test page"))
        self._verdict = QLabel()
        self._build()
        self._connect()
        self._show_choice()

    def _build(self) -> None:
        self.setProperty("card", True)
        title = QLabel(self.tr("Printers of this till"))
        title.setProperty("role", "title")
        for kind, words in (
            (DocumentKind.TICKETS, self.tr("Tickets")),
            (DocumentKind.RECEIPT, self.tr("Receipts")),
            (DocumentKind.SLIP, self.tr("Reservation slips")),
            (DocumentKind.REPORT, self.tr("Reports")),
        ):
            self.document.addItem(words, kind)
        for printer, words in (
            (PrinterKind.FOLDER, self.tr("no paper: a PDF in the folder")),
            (PrinterKind.SYSTEM, self.tr("a printer of the system")),
            (PrinterKind.NETWORK, self.tr("receipt printer in the network")),
            (PrinterKind.USB, self.tr("receipt printer by USB")),
            (PrinterKind.FILE, self.tr("receipt printer at a device file")),
        ):
            self.kind.addItem(words, printer)
        for dots, words in _WIDTHS:
            self.width_choice.addItem(words, dots)
        self.tray.setPlaceholderText(self.tr("the printer's choice; or its name, like Lower"))
        self.where.addWidget(self.address)
        self.where.addWidget(self.system)
        self.form.add("document", self.tr("What"), self.document)
        self.form.add("kind", self.tr("Goes to"), self.kind)
        self.form.add("address", self.tr("Printer"), self.where)
        self.form.add("width", self.tr("Paper"), self.width_choice)
        self.form.add("tray", self.tr("Tray"), self.tray)
        self.form.add("design", self.tr("Design"), self.design)
        self.form.add("drawer", "", self.has_drawer, span=2)
        self.form.add("answers", "", self.answers, span=2)
        self._verdict.setWordWrap(True)
        self._verdict.setAccessibleName(self.tr("Result of the test page"))
        below = QHBoxLayout()
        below.setSpacing(SPACE_BETWEEN)
        below.addWidget(self.button)
        below.addWidget(self._verdict, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN)
        column.setSpacing(SPACE_BETWEEN)
        column.addWidget(title)
        column.addWidget(self.form)
        column.addLayout(below)

    def _connect(self) -> None:
        self.document.activated.connect(self._show_choice)
        self.kind.activated.connect(self._on_kind_activated)
        for box in (self.system, self.width_choice, self.design):
            box.activated.connect(self._save)
        for line in (self.tray, self.address):
            line.editingFinished.connect(self._save)
        for check in (self.has_drawer, self.answers):
            check.clicked.connect(self._save)
        self.button.clicked.connect(self._on_test_clicked)

    @property
    def words(self) -> str:
        """What the panel says of the last test page, for tests and screen readers."""
        return self._verdict.text()

    def show_printers(self, printers: SystemPrinters) -> None:
        """The printers that the system knows now."""
        self._system = printers
        self._show_choice()

    def show_test(self, words: str, *, is_good: bool) -> None:
        """How the test page went."""
        self.button.setEnabled(True)
        self._say("ok" if is_good else "error", words)

    def choice(self) -> PrinterChoice:
        """What stands in the fields."""
        kind = PrinterKind(self.kind.currentData())
        is_system = kind is PrinterKind.SYSTEM
        typed = self.address.text().strip() if kind is not PrinterKind.FOLDER else ""
        return PrinterChoice(
            kind=kind,
            address=str(self.system.currentData() or "") if is_system else typed,
            tray=self.tray.text().strip() if is_system else "",
            dots=int(self.width_choice.currentData()),
            has_drawer=kind.is_receipt_printer and self.has_drawer.isChecked(),
            # A device file only takes.
            answers=kind is not PrinterKind.FILE and self.answers.isChecked(),
            design=str(self.design.currentData() or ""),
        )

    def _document(self) -> DocumentKind:
        return DocumentKind(self.document.currentData())

    def _show_choice(self) -> None:
        choice = self._choices.find(self._document())
        self._shows = True
        self.kind.setCurrentIndex(self.kind.findData(choice.kind))
        self.address.setText("" if choice.kind is PrinterKind.SYSTEM else choice.address)
        self._fill_system(choice.address if choice.kind is PrinterKind.SYSTEM else self._system.default)
        self.tray.setText(choice.tray)
        self.width_choice.setCurrentIndex(max(0, self.width_choice.findData(choice.dots)))
        self._fill_designs(choice.design)
        self.has_drawer.setChecked(choice.has_drawer)
        self.answers.setChecked(choice.answers or choice.kind is PrinterKind.FILE)
        self._shows = False
        self._say("muted", "")
        self._show_fields()

    def _fill_system(self, chosen: str) -> None:
        self.system.clear()
        for name in self._system.names:
            words = self.tr("{name} (the system's)").format(name=name) if name == self._system.default else name
            self.system.addItem(words, name)
        if chosen and chosen not in self._system.names:
            self.system.addItem(self.tr("{name} (away)").format(name=chosen), chosen)
        self.system.setCurrentIndex(max(0, self.system.findData(chosen)))

    def _fill_designs(self, chosen: str) -> None:
        from boxoffice_desktop.documents.design import DesignKind
        from boxoffice_desktop.documents.designs import list_designs

        kinds = {
            DocumentKind.TICKETS: DesignKind.TICKET,
            DocumentKind.RECEIPT: DesignKind.RECEIPT,
            DocumentKind.SLIP: DesignKind.RESERVATION,
            DocumentKind.REPORT: DesignKind.REPORT,
        }
        self.design.clear()
        self.design.addItem(self.tr("the usual one (80 mm)"), "")
        for each in list_designs(kind=kinds[self._document()]):
            if not each.problems:
                self.design.addItem(each.name, each.key)
        self.design.setCurrentIndex(max(0, self.design.findData(chosen)))

    def _show_fields(self) -> None:
        kind = PrinterKind(self.kind.currentData())
        is_receipt = kind.is_receipt_printer
        self.where.setCurrentWidget(self.system if kind is PrinterKind.SYSTEM else self.address)
        self.where.setEnabled(kind is not PrinterKind.FOLDER)
        self.address.setPlaceholderText(
            {
                PrinterKind.NETWORK: self.tr("192.168.1.50 or printer:9100"),
                PrinterKind.USB: self.tr("vendor:product, like 04b8:0e15"),
                PrinterKind.FILE: self.tr("a path, like /dev/usb/lp0"),
            }.get(kind, "")
        )
        self.tray.setEnabled(kind is PrinterKind.SYSTEM)
        self.width_choice.setEnabled(is_receipt)
        self.has_drawer.setEnabled(is_receipt)
        self.answers.setEnabled(kind in {PrinterKind.NETWORK, PrinterKind.USB})
        self.button.setEnabled(kind is not PrinterKind.FOLDER)
        self.form.show_problems({})

    def _on_kind_activated(self) -> None:
        self.address.clear()
        self._show_fields()
        if PrinterKind(self.kind.currentData()) in {PrinterKind.FOLDER, PrinterKind.SYSTEM}:
            self._save()
        else:
            self.address.setFocus()

    def _save(self) -> None:
        """Keep what stands in the fields if it can be used; what cannot is said at the field and not kept."""
        if self._shows:
            return
        choice = self.choice()
        problem = {
            "host": self.tr("An address, like 192.168.1.50 or printer:9100."),
            "usb": self.tr("Vendor and product, like 04b8:0e15."),
            "path": self.tr("The path of a device, like /dev/usb/lp0."),
            "name": self.tr("The system has no printer. Add one in the system's settings, then come back."),
        }.get(choice.find_problem(), "")
        self.form.show_problems({"address": problem} if problem else {})
        if not problem:
            self._choices.save(self._document(), choice)

    def _on_test_clicked(self) -> None:
        self._save()
        if self.form.problems():
            return
        self.button.setEnabled(False)
        self._say("muted", self.tr("Printing…"))
        self.test_requested.emit(self.choice())

    def _say(self, role: str, words: str) -> None:
        self._verdict.setText(words)
        self._verdict.setProperty("role", role)
        restyle(self._verdict)
