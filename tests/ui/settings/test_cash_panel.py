"""The limits of cash on the settings page: amounts as the venue writes them, refused at their field, saved once."""

import pytest
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.edits import StaleEditError
from boxoffice_desktop.services.cash_limits import CashLimits, get_cash_limits, save_cash_limits
from boxoffice_desktop.ui.settings.cash_panel import CashPanel
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.ui.fakes import FakeDesk

LIMITS = CashLimits(pay_out_limit=5000, difference_limit=500)


@pytest.fixture
def panel(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner) -> CashPanel:
    desk.answers[get_cash_limits] = LIMITS
    made = CashPanel(tasks)
    qtbot.addWidget(made)
    made.show()
    made.reload()
    qtbot.waitUntil(tasks.is_idle)
    return made


def type_into(qtbot: QtBot, panel: CashPanel, name: str, text: str) -> None:
    editor = panel.form._editors[name]
    editor.clear()  # type: ignore[attr-defined]  # a line
    qtbot.keyClicks(editor, text)


def test_saving_sends_both_limits_and_what_they_replace(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, panel: CashPanel
) -> None:
    assert panel.form.text("pay_out_limit") == "50.00"
    wanted = CashLimits(pay_out_limit=7550, difference_limit=500)
    desk.answers[save_cash_limits] = wanted
    type_into(qtbot, panel, "pay_out_limit", "75.5")
    assert panel.is_dirty
    panel.button.click()
    qtbot.waitUntil(tasks.is_idle)
    assert desk.asked[-1] == (save_cash_limits, {"limits": wanted, "read": LIMITS})
    assert (panel.is_dirty, panel.words, panel.form.text("pay_out_limit")) == (False, "Saved.", "75.50")


@pytest.mark.parametrize("typed", ["", "-1", "x", "1.234", "99999999999999999"])
def test_what_is_no_amount_is_refused_at_its_field(qtbot: QtBot, desk: FakeDesk, panel: CashPanel, typed: str) -> None:
    type_into(qtbot, panel, "difference_limit", "9")
    type_into(qtbot, panel, "difference_limit", typed)
    panel.button.click()
    assert list(panel.form.problems()) == ["difference_limit"]
    assert all(operation is not save_cash_limits for operation, _ in desk.asked)


def test_somebody_elses_limits_are_told_and_can_be_replaced(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, panel: CashPanel
) -> None:
    now = CashLimits(pay_out_limit=100, difference_limit=200)
    desk.answers[save_cash_limits] = StaleEditError(now, changed_by="Olga")
    type_into(qtbot, panel, "pay_out_limit", "60")
    panel.button.click()
    qtbot.waitUntil(tasks.is_idle)
    assert "Olga" in panel.words
    assert panel.form.text("pay_out_limit") == "60"
    desk.answers[save_cash_limits] = CashLimits(pay_out_limit=6000, difference_limit=500)
    panel.button.click()
    qtbot.waitUntil(tasks.is_idle)
    assert desk.asked[-1][1]["read"] == now


def test_discarding_shows_what_stands_there(qtbot: QtBot, panel: CashPanel) -> None:
    type_into(qtbot, panel, "pay_out_limit", "60")
    panel.discard_button.click()
    assert (panel.form.text("pay_out_limit"), panel.is_dirty) == ("50.00", False)
