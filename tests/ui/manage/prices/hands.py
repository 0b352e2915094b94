"""A price book, and hands for the page that shows it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QGridLayout, QPushButton
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.price_editing import PriceListDraft, TicketTypeDraft
from boxoffice_desktop.domain.price_rules import RuleCheck, RuleKind
from boxoffice_desktop.services.price_lists import (
    AreaName,
    PriceBook,
    PriceListDetails,
    TaxRateDetails,
    TicketTypeDetails,
)
from boxoffice_desktop.services.repricing import AffectedShow, Explanation, Verdict
from boxoffice_desktop.ui.manage.prices.prices_page import PricesPage
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import ChoiceDialog, StaleDialog
from tests.ui.fakes import FakeDesk

SATURDAY = date(2026, 3, 21)


STANDARD = PriceListDraft(
    name="Standard", tax_rate_id=1, amounts={(1, 1): 1200, (1, 2): 800, (2, 1): 1500, (2, 2): 1000}
)


WEEKEND = replace(STANDARD, name="Weekend", priority=5, weekdays=frozenset({6, 7}), from_time=time(18))


BOOK = PriceBook(
    areas=(
        AreaName(area_id=1, name="Standard", letter="S", colour=0),
        AreaName(area_id=2, name="Premium", letter="P", colour=1),
    ),
    ticket_types=(
        TicketTypeDetails(ticket_type_id=1, version=1, draft=TicketTypeDraft(name="Adult", position=1)),
        TicketTypeDetails(ticket_type_id=2, version=1, draft=TicketTypeDraft(name="Child", position=2)),
        TicketTypeDetails(ticket_type_id=3, version=1, draft=TicketTypeDraft(name="Old", is_active=False)),
    ),
    tax_rates=(TaxRateDetails(tax_rate_id=1, version=1, name="VAT", basis_points=775),),
    lists=(
        PriceListDetails(price_list_id=2, version=4, draft=WEEKEND, movie_title=""),
        PriceListDetails(price_list_id=1, version=3, draft=STANDARD, movie_title=""),
    ),
)


EXPLANATION = Explanation(
    amount=1200,
    tax=86,
    day=SATURDAY,
    day_ends_at=time(6),
    verdicts=(
        Verdict(
            price_list_id=2,
            name="Weekend",
            priority=5,
            checks=(RuleCheck(kind=RuleKind.WEEKDAY, holds=True),),
            applies=True,
        ),
        Verdict(price_list_id=1, name="Standard", priority=0, checks=(), applies=False),
    ),
)


SHOW = AffectedShow(
    show_id=9,
    title="Nosferatu",
    hall_name="Hall 2",
    starts_at=datetime(2026, 3, 21, 20, tzinfo=UTC),
    changes=4,
    sold=3,
    list_name="Weekend",
    problem="",
)


class Page:
    def __init__(self, page: PricesPage, desk: FakeDesk, tasks: TaskRunner, qtbot: QtBot) -> None:
        self.page, self.desk, self._tasks, self._qtbot = page, desk, tasks, qtbot
        self.grid, self.model = page.editor.grid, page.editor.model

    def settle(self) -> None:
        self._qtbot.waitUntil(self._tasks.is_idle)

    def asked(self, operation: Callable[..., object]) -> list[dict[str, object]]:
        return [arguments for each, arguments in self.desk.asked if each == operation]

    def cell(self, row: int, column: int) -> str:
        return self.model.text(self.model.index(row, column))

    def select(self, *cells: tuple[int, int]) -> None:
        self.grid.clearSelection()
        self.grid.setCurrentIndex(self.model.index(*cells[0]))
        for place in cells:
            self.grid.selectionModel().select(self.model.index(*place), QItemSelectionModel.SelectionFlag.Select)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self._qtbot.keyClick(self.grid, key, modifier)

    def press(self, kind: type[ChoiceDialog], text: str) -> None:
        (found,) = [each for each in self.page.findChildren(kind) if each.isVisible()]
        next(each for each in found.findChildren(QPushButton) if each.text() == text).click()


def differences(page: Page) -> list[list[str]]:
    """The rows of the dialog that is open: what it is called, mine, theirs."""
    (dialog,) = [each for each in page.page.findChildren(StaleDialog) if each.isVisible()]
    grids = [each for each in dialog.findChildren(QGridLayout) if each.rowCount() > 0]
    return [
        [grids[0].itemAtPosition(row, c).widget().text() for c in range(3)] for row in range(1, grids[0].rowCount())
    ]  # type: ignore[union-attr]  # every cell has its label
