"""The customer's window: posters, the sale, and on which screen."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.customer_view import CustomerExtra, CustomerLine, CustomerStage, CustomerView
from boxoffice_desktop.services import programme
from boxoffice_desktop.services.programme import DayTile
from boxoffice_desktop.ui.customer.display import CustomerDisplay
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.theme import apply_theme
from tests.ui.fakes import FakeDesk
from tests.ui.sell.shows import TODAY, make_hall, make_tile

SALE = CustomerView(
    stage=CustomerStage.CHOOSING,
    title="Nosferatu",
    starts_at=make_tile(33, "Nosferatu", 20, 15).starts_at,
    hall_name="Hall 2",
    picture=make_hall(),
    own=frozenset({307, 308}),
    taken=frozenset({1, 2, 308}),
    lines=(
        CustomerLine(seat_name="D7", ticket_type="Adult", amount=1200, show_title="Nosferatu"),
        CustomerLine(seat_name="D8", ticket_type="Child", amount=800, show_title="Nosferatu"),
    ),
    total=2000,
)


@pytest.fixture
def store(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def display(
    qapp: QApplication, qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, store: QSettings
) -> Iterator[CustomerDisplay]:
    apply_theme(qapp, dark=False)
    desk.answers |= {
        programme.list_days: (DayTile(day=TODAY, shows=3),),
        programme.list_shows: (
            make_tile(31, "Nosferatu", 14, 30, started=True),
            make_tile(33, "Nosferatu", 20, 15, has_poster=True),
            make_tile(41, "Metropolis", 21, 0, status="cancelled"),
        ),
        programme.get_poster: _picture(),
    }
    till = QWidget()
    display = CustomerDisplay(tasks, store, till)
    yield display
    qtbot.waitUntil(tasks.is_idle, timeout=5000)
    display.close()
    till.deleteLater()


def test_off_until_somebody_chooses_it(display: CustomerDisplay) -> None:
    display.restore()
    assert display.window is None


def test_the_choice_is_remembered(display: CustomerDisplay, tasks: TaskRunner, store: QSettings) -> None:
    display.choose("window")
    assert display.window is not None
    display.close()
    again = CustomerDisplay(tasks, store, display.parent())  # type: ignore[arg-type]  # a QWidget in this test
    again.restore()
    assert again.window is not None
    assert again.window.isVisible()
    again.choose("")
    assert again.window is None
    display.restore()
    assert display.window is None


def test_a_screen_that_is_gone_is_waited_for_and_covers_no_till(display: CustomerDisplay, store: QSettings) -> None:
    store.setValue("customer/screen", "screen:HDMI-9:4711")
    display.restore()
    assert display.window is None
    # The only screen there is, is the till's own.
    screen = QApplication.screens()[0]
    display.choose(f"screen:{screen.name()}:{screen.serialNumber()}")
    assert display.window is None
    assert [where for where, _ in display.list_places()] == ["", "window"]


def test_it_takes_neither_focus_nor_clicks(display: CustomerDisplay) -> None:
    display.choose("window")
    window = display.window
    assert window is not None
    display.show_view(SALE)
    assert window.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    assert window.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert window.sale.seat_map.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    window.close()
    assert window.isVisible()


def test_between_customers_the_films_that_can_still_be_seen_turn(display: CustomerDisplay, qtbot: QtBot) -> None:
    display.choose("window")
    assert display.window is not None
    poster = display.window.poster
    qtbot.waitUntil(lambda: poster._title.text() == "Nosferatu", timeout=5000)
    assert poster._times.text() == "20:15"
    assert display.window.currentWidget() is poster


def test_the_sale_shows_seats_prices_and_the_total(display: CustomerDisplay) -> None:
    display.choose("window")
    display.show_view(SALE)
    window = display.window
    assert window is not None
    texts = window.sale.texts()
    assert {"D7", "D8", "Adult", "Child", "€12.00", "€8.00", "€20.00", "To pay"} <= set(texts)
    assert "Change" not in texts
    looks = {seat: window.sale.seat_map.status_of(seat) for seat in (1, 307, 308)}
    assert [status.look.value for status in looks.values() if status] == ["sold", "mine", "mine"]


def test_after_the_sale_the_change_is_large(display: CustomerDisplay) -> None:
    display.choose("window")
    display.show_view(replace(SALE, stage=CustomerStage.DONE, change=3000))
    assert display.window is not None
    texts = display.window.sale.texts()
    assert {"Paid", "Change", "€30.00"} <= set(texts)
    display.show_view(replace(SALE, stage=CustomerStage.DONE, change=0))
    assert "Change" not in display.window.sale.texts()


def test_a_window_that_is_opened_in_the_middle_of_a_sale_shows_it(display: CustomerDisplay) -> None:
    display.show_view(SALE)
    display.choose("window")
    assert display.window is not None
    assert display.window.currentWidget() is display.window.sale
    display.clear()
    assert display.window.currentWidget() is display.window.poster


def test_many_tickets_do_not_push_the_total_off_the_screen(display: CustomerDisplay, qtbot: QtBot) -> None:
    lines = tuple(replace(SALE.lines[0], seat_name=f"E{number}") for number in range(1, 11))
    display.choose("window")
    window = display.window
    assert window is not None
    window.resize(900, 560)
    display.show_view(replace(SALE, lines=lines, title="A title that is as long as the longest ones that films have"))
    qtbot.waitExposed(window)
    shown = [text for text in window.sale.texts() if text.startswith("E")]
    assert f"and {10 - len(shown)} more" in window.sale.texts()
    assert 2 <= len(shown) < 10
    total = next(label for label in window.sale.findChildren(QLabel) if label.text() == "€20.00")
    assert total.mapTo(window, total.rect().bottomLeft()).y() <= window.height()


@pytest.mark.parametrize("stage", [CustomerStage.PAYING, CustomerStage.DONE])
def test_a_small_screen_shows_four_of_ten_tickets_with_discounts_total_and_change(
    display: CustomerDisplay, qtbot: QtBot, stage: CustomerStage
) -> None:
    lines = tuple(replace(SALE.lines[0], seat_name=f"E{number}") for number in range(1, 11))
    extras = (CustomerExtra(text="3 for 2", amount=-2400), CustomerExtra(text="Booking fee", amount=500))
    display.choose("window")
    window = display.window
    assert window is not None
    window.resize(1024, 600)
    title = "The Assassination of Jesse James by the Coward Robert Ford"
    change = 3000 if stage is CustomerStage.DONE else None
    display.show_view(replace(SALE, stage=stage, lines=lines, extras=extras, title=title, change=change))
    qtbot.waitExposed(window)
    assert len([text for text in window.sale.texts() if text.startswith("E")]) >= 4
    for words in ["€20.00", *(["€30.00"] if change else [])]:
        label = next(label for label in window.sale.findChildren(QLabel) if label.text() == words)
        assert label.mapTo(window, label.rect().bottomLeft()).y() <= 600


def test_shows_of_two_films_name_the_film_of_every_seat(display: CustomerDisplay) -> None:
    other = replace(SALE.lines[1], show_title="Metropolis")
    display.choose("window")
    display.show_view(replace(SALE, lines=(SALE.lines[0], other)))
    assert display.window is not None
    names = [label.accessibleName() for label in display.window.sale.findChildren(QLabel)]
    assert "Child · Metropolis" in names


def test_nothing_is_read_while_there_is_no_window(display: CustomerDisplay, desk: FakeDesk) -> None:
    display.show_view(SALE)
    display.clear()
    assert desk.asked == []


def _picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (40, 60), "navy").save(buffer, "PNG")
    return buffer.getvalue()
