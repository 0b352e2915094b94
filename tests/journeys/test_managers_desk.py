"""Managers at work on the real window and a real PostgreSQL: a hall, a film and a week that another till sells, prices,
a colleague, PINs, and two of them at once.
"""

from datetime import timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.layout import moving
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.ui.manage.films.films_page import FilmsPage
from boxoffice_desktop.ui.manage.halls.dialogs import ChangesDialog, TextDialog
from boxoffice_desktop.ui.manage.halls.dialogs import StaleDialog as StaleLayout
from boxoffice_desktop.ui.manage.halls.page import HallsPage
from boxoffice_desktop.ui.manage.prices.prices_page import PricesPage
from boxoffice_desktop.ui.manage.schedule.page import SchedulePage
from boxoffice_desktop.ui.manage.schedule.plan_dialog import PlanDialog
from boxoffice_desktop.ui.manage.staff.pin_dialog import PinDialog
from boxoffice_desktop.ui.manage.staff.staff_page import StaffPage
from boxoffice_desktop.ui.sell.phase import Phase
from boxoffice_desktop.ui.widgets.dialogs import ChoiceDialog, StaleDialog
from tests.support.cinema import Cinema, grant
from tests.support.desktop import Counter, Counters

P = TypeVar("P", bound=QWidget)


def _go_to(qtbot: QtBot, counter: Counter, key: str, kind: type[P]) -> P:
    counter.desktop.shell.go_to(key)
    page = counter.desktop.shell.page(key)
    assert isinstance(page, kind)
    _settle(qtbot, counter)
    return page


def _settle(qtbot: QtBot, counter: Counter) -> None:
    qtbot.waitUntil(counter.desktop.tasks.is_idle, timeout=10_000)


def _press(page: QWidget, kind: type[ChoiceDialog], text: str) -> None:
    (dialog,) = [each for each in page.findChildren(kind) if each.isVisible()]
    next(each for each in dialog.findChildren(QPushButton) if each.text() == text).click()


def test_a_manager_enters_a_film_by_keys_alone(qtbot: QtBot, cinema: Cinema, counters: Counters) -> None:
    counter = counters.open("Counter 3")
    counter.sign_in(qtbot, "mona")
    window = counter.desktop.window
    place = window.rail.keys.index("films") + 1
    QTest.keyClick(window.focusWidget(), str(place), Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: isinstance(window.page, FilmsPage))
    _settle(qtbot, counter)
    page = window.page
    assert isinstance(page, FilmsPage)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    for text in ("Metropolis", "", "", "153", "PG"):
        QTest.keyClicks(window.focusWidget(), text)
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    _settle(qtbot, counter)
    assert cinema.query("SELECT title, running_minutes, certificate FROM boxoffice.movie WHERE movie_id > 1") == [
        ("Metropolis", 153, "PG")
    ]
    assert [film.title for film in page.model.rows] == ["Metropolis", "Nosferatu"]


def _draw_hall(qtbot: QtBot, counter: Counter, name: str) -> None:
    """A hall of 3 rows of 6 seats, by the editor's own tools."""
    page = _go_to(qtbot, counter, "halls", HallsPage)
    page.list.new.click()
    page.findChildren(TextDialog)[0].edit.setText(name)
    page.findChildren(TextDialog)[0].buttons["ok"].click()
    qtbot.waitUntil(page.editor.isVisible)
    _settle(qtbot, counter)
    # A dialog that has just closed gives the window its keys back in the next round of the event loop.
    counter.desktop.window.activateWindow()
    assert QTest.qWaitForWindowActive(counter.desktop.window)
    QTest.keyClick(page.editor.canvas, Qt.Key.Key_B)
    page.editor.block_panel.rows.setValue(3)
    page.editor.block_panel.seats.setValue(6)
    page.editor.canvas.put_ghost(QPointF(400, 120))
    QTest.keyClick(page.editor.canvas, Qt.Key.Key_Return)
    QTest.keyClick(page.editor.canvas, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.editor.status.whole_text() == "Saved.")


def _enter_film(qtbot: QtBot, counter: Counter, title: str) -> None:
    page = _go_to(qtbot, counter, "films", FilmsPage)
    QTest.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    page.form.form.set_text("title", title)
    page.form.form.set_text("running_minutes", "60")
    page.form.save()
    _settle(qtbot, counter)


def _plan_week(qtbot: QtBot, counter: Counter, film: str, hall: str, at: str) -> SchedulePage:
    """Drafts for a week from today, made by the generator."""
    page = _go_to(qtbot, counter, "schedule", SchedulePage)
    page.controller.show_days(7)
    _settle(qtbot, counter)
    page.controller.forms.generate()
    (dialog,) = page.findChildren(PlanDialog)
    (card,) = dialog.cards
    card.film.setCurrentIndex(card.film.findText(film))
    card.times.setText(at)
    for button in card.halls:
        button.setChecked(button.text() == hall)
    dialog.ask()
    qtbot.waitUntil(lambda: {show.title for show in dialog.plan.shows} == {film}, timeout=10_000)
    dialog.deed.click()
    qtbot.waitUntil(page._buttons["sell"].isEnabled, timeout=10_000)
    _settle(qtbot, counter)
    return page


def test_a_new_hall_a_film_and_a_week_are_sold_at_another_till_a_moment_later(
    qtbot: QtBot, cinema: Cinema, counters: Counters
) -> None:
    cashier = counters.open("Counter 1")
    cashier.sign_in(qtbot)
    # The new shows begin at the hour of this one.
    cashier.go_to_day_of(qtbot, cinema.show_id)
    manager = counters.open("Counter 3")
    manager.sign_in(qtbot, "mona")
    _draw_hall(qtbot, manager, "Studio")
    _enter_film(qtbot, manager, "Metropolis")
    at = cinema.starts_at.astimezone(ZoneInfo("Europe/Zurich"))
    page = _plan_week(qtbot, manager, "Metropolis", "Studio", f"{at:%H:%M}")
    assert page._buttons["sell"].text().startswith("Put ")
    page._buttons["sell"].click()
    _settle(qtbot, manager)
    shows = cinema.query(
        "SELECT s.show_id, s.status, (SELECT count(*)::int FROM boxoffice.show_seat x WHERE x.show_id = s.show_id)"
        " FROM boxoffice.show s JOIN boxoffice.hall h USING (hall_id) WHERE h.name = 'Studio' ORDER BY s.starts_at"
    )
    assert page.schedule is not None
    # The week in sight may have begun before today; a day begins at six.
    today = (at - timedelta(hours=6)).date()
    assert len(shows) == sum(each.day >= today for each in page.schedule.days) > 0
    assert {show[1:] for show in shows} == {("on_sale", 18)}
    # Nobody touched the cashier's window: the hint alone brought the show there.
    qtbot.waitUntil(lambda: shows[0][0] in _offered(cashier), timeout=10_000)
    cashier.desktop.window.activateWindow()
    assert QTest.qWaitForWindowActive(cashier.desktop.window)
    cashier.open_show(qtbot, shows[0][0])
    cashier.press("2")
    qtbot.waitUntil(lambda: len(cashier.basket()) == 2)
    cashier.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: cashier.page.controller.phase is Phase.PAYING)
    cashier.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: cashier.page.controller.phase is Phase.DONE)
    # And the manager's timeline knows of the sale.
    qtbot.waitUntil(lambda: _sold(page, shows[0][0]) == 2, timeout=10_000)


def _offered(cashier: Counter) -> set[int]:
    return {button.tile.show_id for button in cashier.page.picker.tiles._buttons()}


def _sold(page: SchedulePage, show_id: int) -> int:
    blocks = page.schedule.blocks if page.schedule else ()
    return next((block.sold for block in blocks if block.show_id == show_id), -1)


def test_a_cashier_changes_her_own_pin_at_the_till(qtbot: QtBot, cinema: Cinema, counters: Counters) -> None:
    counter = counters.open("Counter 1")
    menu = counter.desktop.window.view_menu
    assert not menu._pin.isEnabled()
    counter.sign_in(qtbot)
    menu._pin.trigger()
    (dialog,) = counter.desktop.window.findChildren(PinDialog)
    for old in ("9999", "1234"):
        for field, text in (("old", old), ("pin", "8642"), ("again", "8642")):
            dialog.form.set_text(field, text)
        dialog.save()
        _settle(qtbot, counter)
        if old == "9999":
            assert dialog.form.problems() == {"old": "That is not your PIN."}
    assert any("new PIN" in notice.title for notice in counter.desktop.presenter.notices.messages)
    assert counters.open("Counter 2").till.sign_in("carla", "8642").display_name == "Carla"


def test_the_second_of_two_managers_is_asked(qtbot: QtBot, cinema: Cinema, counters: Counters) -> None:
    grant(cinema, "sid", Permission.MANAGE_FILMS)
    pages = []
    for name, user_name in (("Counter 2", "sid"), ("Counter 3", "mona")):
        counter = counters.open(name)
        counter.sign_in(qtbot, user_name)
        pages.append((counter, _go_to(qtbot, counter, "films", FilmsPage)))
    (first_counter, first), (second_counter, second) = pages
    first.form.form.set_text("genre", "Horror")
    first.form.save()
    _settle(qtbot, first_counter)
    second.form.form.set_text("genre", "Silent")
    second.form.save()
    _settle(qtbot, second_counter)
    assert cinema.query("SELECT genre FROM boxoffice.movie") == [("Horror",)]
    (dialog,) = second.findChildren(StaleDialog)
    words = [label.text() for label in dialog.findChildren(type(second.form._heading))]
    assert any(text.startswith("Sid saved this film") for text in words)
    assert words[words.index("genre") :][:3] == ["genre", "Silent", "Horror"]
    _press(second, StaleDialog, "Save mine over it")
    _settle(qtbot, second_counter)
    assert cinema.query("SELECT genre FROM boxoffice.movie") == [("Silent",)]


def _remove_seat(qtbot: QtBot, counter: Counter, seat_id: int) -> HallsPage:
    """Open the first hall and take a seat out, unsaved."""
    page = _go_to(qtbot, counter, "halls", HallsPage)
    page.list.open.click()
    qtbot.waitUntil(page.editor.isVisible)
    assert page.editor.session is not None
    page.editor.session.select(frozenset({seat_id}))
    page.editor.session.apply(moving.remove, "Remove")
    return page


def _save_hall(qtbot: QtBot, counter: Counter, page: HallsPage) -> None:
    page.saving.start()
    _settle(qtbot, counter)
    (dialog,) = [each for each in page.findChildren(ChangesDialog) if each.isVisible()]
    dialog.buttons["save"].click()
    _settle(qtbot, counter)


def test_two_managers_at_one_hall_see_each_others_change(qtbot: QtBot, cinema: Cinema, counters: Counters) -> None:
    grant(cinema, "sid", Permission.MANAGE_HALLS)
    pages = []
    for name, user_name, seat in (("Counter 2", "sid", "A1"), ("Counter 3", "mona", "E8")):
        counter = counters.open(name)
        counter.sign_in(qtbot, user_name)
        pages.append((counter, _remove_seat(qtbot, counter, cinema.seats[seat])))
    (first_counter, first), (second_counter, second) = pages
    _save_hall(qtbot, first_counter, first)
    _save_hall(qtbot, second_counter, second)
    retired = "SELECT name FROM boxoffice.seat WHERE retired_at IS NOT NULL ORDER BY name"
    assert cinema.query(retired) == [("A1",)]
    (dialog,) = second.findChildren(StaleLayout)
    said = [line.text() for line in dialog.lines]
    assert said[0].startswith("Sid saved this hall while you worked on it")
    assert said[1:] == ["1 seats retired: A1"]
    dialog.buttons["mine"].click()
    _settle(qtbot, second_counter)
    # What would become of Sid's change is listed once more before anything is written: A1 comes back.
    (changes,) = [each for each in second.findChildren(ChangesDialog) if each.isVisible()]
    assert [line.text() for line in changes.lines[:2]] == ["1 seats added: A1", "1 seats retired: E8"]
    changes.buttons["save"].click()
    _settle(qtbot, second_counter)
    qtbot.waitUntil(lambda: second.editor.status.whole_text() == "Saved.")
    standing = "SELECT count(*) FILTER (WHERE name = 'A1')::int, count(*) FILTER (WHERE name = 'E8')::int"
    assert cinema.query(f"{standing} FROM boxoffice.seat WHERE retired_at IS NULL") == [(1, 0)]


def test_new_prices_reach_a_show_on_sale_when_a_manager_says_so(
    qtbot: QtBot, cinema: Cinema, counters: Counters
) -> None:
    price = "SELECT amount FROM boxoffice.show_price WHERE area_id = 1 AND ticket_type_id = 1"
    counter = counters.open("Counter 3")
    counter.sign_in(qtbot, "mona")
    page = _go_to(qtbot, counter, "prices", PricesPage)
    page.editor.model.setData(page.editor.model.index(0, 0), "13")
    page.editor.save()
    _settle(qtbot, counter)
    assert cinema.query(price) == [(1200,)]
    assert page.tabs.tabText(4) == "Shows on sale (1)"
    page.reprice.table.selectAll()
    page.reprice._apply.click()
    _press(page, ChoiceDialog, "Apply")
    _settle(qtbot, counter)
    assert cinema.query(price) == [(1300,)]
    assert page.tabs.tabText(4) == "Shows on sale"


def test_a_new_colleague_signs_in_a_moment_later_and_the_audit_knows(
    qtbot: QtBot, cinema: Cinema, counters: Counters
) -> None:
    counter = counters.open("Counter 3")
    counter.sign_in(qtbot, "mona")
    page = _go_to(qtbot, counter, "staff", StaffPage)
    page.people.add_person()
    for field, text in (("display_name", "Nora"), ("user_name", "nora"), ("pin", "5678")):
        page.people.form.form.set_text(field, text)
    page.people.form._sets[0].click()
    page.people.form.save()
    _settle(qtbot, counter)
    assert page.people.form.form.problems() == {}
    other = counters.open("Counter 1")
    signed_in = other.till.sign_in("nora", "5678")
    assert signed_in.display_name == "Nora"
    page.tabs.setCurrentIndex(2)
    _settle(qtbot, counter)
    assert [(each.person, each.subject) for each in page.audit.model.rows][:4] == [("Mona", "Nora")] * 4
