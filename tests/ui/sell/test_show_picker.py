"""Choosing a show."""

from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication

from boxoffice_desktop.domain.errors import DatabaseUnavailableError
from boxoffice_desktop.ui.sell.show_picker.tile_button import TileButton
from tests.ui.sell.conftest import Counter
from tests.ui.sell.shows import LONG_TITLE, SHOWS, TODAY

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def visible_films(counter: Counter) -> list[str]:
    return [row.title.whole_text() for row in counter.page.picker.tiles._rows if not row.isHidden()]


def focused_show(counter: Counter) -> int | None:
    focused = QApplication.focusWidget()
    return focused.tile.show_id if isinstance(focused, TileButton) else None


def tile_of(counter: Counter, show_id: int) -> TileButton:
    return next(b for b in counter.page.picker.tiles._buttons() if b.tile.show_id == show_id)


def test_the_first_show_that_can_be_sold_has_the_focus(counter: Counter) -> None:
    assert focused_show(counter) == 11


def test_arrows_go_from_tile_to_tile_and_enter_opens(counter: Counter) -> None:
    counter.press(Key.Key_Down, Key.Key_Down, Key.Key_Right, Key.Key_Right, Key.Key_Return)
    assert counter.page.controller.opened is not None
    assert counter.page.controller.opened.show.show_id == 33
    assert tile_of(counter, 33).isChecked()
    assert QApplication.focusWidget() is counter.page.view.map_panel.seat_map


def test_typing_on_a_tile_searches_and_enter_opens_the_first_match(counter: Counter) -> None:
    counter.press("n", "o", "s")
    assert visible_films(counter) == ["Nosferatu"]
    counter.press(Key.Key_Return)
    assert counter.page.controller.opened is not None
    assert counter.page.controller.opened.show.title == "Nosferatu"
    assert len(visible_films(counter)) == 4


def test_escape_clears_the_search(counter: Counter) -> None:
    counter.press("x", "y")
    assert visible_films(counter) == []
    assert "No film matches" in counter.page.picker._empty_words.text()
    counter.press(Key.Key_Escape)
    assert len(visible_films(counter)) == 4
    assert focused_show(counter) == 11


def test_a_search_finds_halls_and_times_too(counter: Counter) -> None:
    counter.press("l", "o", "u", "n", "g", "e")
    assert visible_films(counter) == [LONG_TITLE]


def test_a_slash_on_the_map_jumps_into_the_search_and_escape_back(open_counter: Counter) -> None:
    open_counter.press("/")
    assert QApplication.focusWidget() is open_counter.page.picker.search_field
    open_counter.press(Key.Key_Escape)
    assert QApplication.focusWidget() is open_counter.page.view.map_panel.seat_map


def test_sold_out_started_and_cancelled_are_written_out(counter: Counter) -> None:
    names = {show_id: tile_of(counter, show_id).accessibleName() for show_id in (21, 22, 24)}
    assert "Started" in names[21]
    assert "Sold out" in names[22]
    assert "Cancelled" in names[24]


def test_a_cancelled_show_does_not_open(counter: Counter) -> None:
    counter.page.picker.tiles.focus_show(24)
    counter.press(Key.Key_Return)
    assert counter.page.controller.opened is None
    assert "not on sale" in counter.message


def test_another_day_is_chosen_by_keys(counter: Counter) -> None:
    tomorrow = TODAY + timedelta(days=1)
    counter.desk.shows = {TODAY: SHOWS, tomorrow: SHOWS[-1:]}
    counter.press(Key.Key_PageDown, modifier=CTRL)
    assert counter.page.picker.dates.chosen_day() == tomorrow
    assert visible_films(counter) == ["Студент"]


def test_a_day_without_shows_offers_the_next_with_shows(counter: Counter) -> None:
    counter.desk.shows = {TODAY + timedelta(days=2): SHOWS}
    counter.page.picker.dates.step(1)
    counter.settle()
    assert counter.page.picker._empty_words.text() == "No shows on this day."
    counter.page.picker._empty_button.click()
    counter.settle()
    assert len(visible_films(counter)) == 4


def test_posters_are_read_once_for_films_that_have_one(counter: Counter) -> None:
    counter.wait(lambda: counter.desk.posters_asked == [3])
    counter.page.controller.programme.refresh()
    counter.settle()
    assert counter.desk.posters_asked == [3]


def test_a_refresh_changes_the_numbers_and_keeps_the_focus(counter: Counter) -> None:
    counter.page.picker.tiles.focus_show(32)
    tile = tile_of(counter, 32)
    counter.desk.shows = {TODAY: tuple(replace(s, free=1) if s.show_id == 32 else s for s in SHOWS)}
    counter.page.controller.programme.refresh()
    counter.settle()
    assert tile.tile.free == 1
    assert focused_show(counter) == 32


def test_a_new_show_in_a_refresh_keeps_the_focus(counter: Counter) -> None:
    counter.page.picker.tiles.focus_show(32)
    counter.desk.shows = {TODAY: SHOWS[1:]}
    counter.page.controller.programme.refresh()
    counter.settle()
    assert focused_show(counter) == 32


def test_two_films_of_one_title_stay_two_films(counter: Counter) -> None:
    other = replace(SHOWS[7], show_id=99, movie_id=9)
    counter.desk.shows = {TODAY: (SHOWS[6], other, SHOWS[7])}
    counter.page.controller.programme.refresh()
    counter.settle()
    assert visible_films(counter) == ["Nosferatu", "Nosferatu"]


def test_a_refresh_that_fails_keeps_what_is_there_in_silence(counter: Counter) -> None:
    counter.desk.faults["list_days"] = DatabaseUnavailableError("gone")
    counter.page.controller.programme.refresh()
    counter.settle()
    assert len(visible_films(counter)) == 4
    assert counter.posted == []


def test_the_picker_folds_up_for_the_map_and_opens_again(open_counter: Counter) -> None:
    tall = open_counter.page.view.height()
    open_counter.press(Key.Key_Up, modifier=CTRL)
    open_counter.wait(lambda: open_counter.page.view.height() > tall + 100)
    open_counter.press(Key.Key_Down, modifier=CTRL)
    open_counter.wait(lambda: open_counter.page.view.height() == tall)
    assert focused_show(open_counter) == 33


def test_typing_into_the_search_of_a_folded_picker_goes_on(open_counter: Counter) -> None:
    open_counter.press(Key.Key_Up, modifier=CTRL)
    open_counter.page.picker.focus_search()
    open_counter.press("x", "y")
    assert open_counter.page.picker.search_field.text() == "xy"
    assert not open_counter.page.picker.is_folded()


def test_the_open_map_gets_at_least_half_of_the_page(open_counter: Counter) -> None:
    assert open_counter.page.view.map_panel.height() > open_counter.page.height() / 2


def test_another_show_opens_after_a_sale_as_the_next_customers(open_counter: Counter) -> None:
    open_counter.press("1", Key.Key_Return, Key.Key_Return)
    open_counter.open_show(23)
    assert open_counter.page.controller.opened is not None
    assert open_counter.page.controller.opened.show.show_id == 23
    assert open_counter.basket() == []


def test_no_other_show_opens_during_payment(open_counter: Counter) -> None:
    open_counter.press("1", Key.Key_Return)
    open_counter.open_show(23)
    assert open_counter.page.controller.opened is not None
    assert open_counter.page.controller.opened.show.show_id == 33
    assert "Finish the payment first" in open_counter.message


def test_the_page_never_needs_more_than_a_small_screen(open_counter: Counter) -> None:
    sizes = [open_counter.page.minimumSizeHint()]
    for key in ("2", Key.Key_Return, Key.Key_C, Key.Key_F1, Key.Key_Return):
        open_counter.press(key)
        sizes.append(open_counter.page.minimumSizeHint())
    # 1366 x 768 without the rail and the status bar.
    assert max(size.width() for size in sizes) <= 1280
    assert max(size.height() for size in sizes) <= 720


def test_every_button_of_the_page_can_be_hit_with_a_finger(open_counter: Counter) -> None:
    for keys in (("2",), (Key.Key_Return,), (Key.Key_Return,)):
        open_counter.press(*keys)
        page = open_counter.page
        panels = (page.picker, page.basket_panel, page.payment_panel, page.done_panel)
        buttons = [b for panel in panels for b in panel.findChildren(QAbstractButton) if b.isVisible()]
        small = [
            (b.text(), b.height()) for b in buttons if b.height() < 44 and b.parent() is not page.picker.search_field
        ]
        assert buttons
        assert small == []
