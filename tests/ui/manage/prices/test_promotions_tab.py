from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.edits import InvalidFieldsError
from boxoffice_desktop.domain.promotions import PromotionDraft, PromotionKind
from boxoffice_desktop.services import promotion_codes, promotions
from boxoffice_desktop.services.promotion_codes import CodeDetails
from boxoffice_desktop.services.promotions import FeeDetails, PromotionDetails
from boxoffice_desktop.ui.manage.prices.codes_dialog import CodesDialog
from boxoffice_desktop.ui.manage.prices.promotions_tab import PromotionsTab
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.support.windows import show_in_front
from tests.ui.fakes import FakeDesk
from tests.ui.manage.prices.hands import BOOK

Asked = Callable[[object], dict[str, object]]
DRAFT = PromotionDraft(
    name="Tuesday",
    value=2500,
    needs_code=True,
    weekdays=frozenset({2}),
    from_time=time(18),
    valid_to=date(2026, 12, 31),
    ticket_type_ids=frozenset({1}),
    uses_limit=100,
)
STORED = PromotionDetails(promotion_id=4, version=7, draft=DRAFT, used=3)
SHOWS = tuple(
    promotions.ShowOption(
        show_id=number,
        movie_id=number // 10,
        title=title,
        hall_name="Hall 2",
        starts_at=datetime(2026, 11, 20, 20, 15, tzinfo=UTC),
    )
    for number, title in ((11, "Metropolis"), (31, "Nosferatu"))
)
CODE = CodeDetails(
    promotion_code_id=9, code="ABCD2345EFGH", uses_limit=1, used=0, valid_until=date(2026, 12, 31), is_active=True
)


@pytest.fixture
def tab(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner) -> Iterator[PromotionsTab]:
    desk.answers = {
        promotions.list_promotions: (STORED,),
        promotions.get_fee: FeeDetails(amount=150, tax_rate_id=1, version=2),
        promotions.save_promotion: STORED,
        promotions.list_show_options: SHOWS,
        promotion_codes.list_codes: (CODE,),
        promotion_codes.make_codes: ("ABCD2345EFGH",),
    }
    widget = PromotionsTab(tasks)
    qtbot.addWidget(widget)
    widget.show_book(BOOK)
    widget.resize(1200, 680)
    show_in_front(qtbot, widget)
    qtbot.waitUntil(tasks.is_idle)
    yield widget
    qtbot.waitUntil(tasks.is_idle)


@pytest.fixture
def asked(qtbot: QtBot, desk: FakeDesk) -> Asked:
    """The last question of a kind; a worker asks it a moment after the key."""

    def last(operation: object) -> dict[str, object]:
        qtbot.waitUntil(lambda: any(each == operation for each, _ in desk.asked))
        return [arguments for each, arguments in desk.asked if each == operation][-1]

    return last


def test_what_is_stored_is_what_is_saved_again(tab: PromotionsTab, asked: Asked) -> None:
    tab.save()

    assert asked(promotions.save_promotion) == {"draft": DRAFT, "promotion_id": 4, "version": 7}


@pytest.mark.parametrize(
    ("kind", "typed", "worth"),
    [
        (PromotionKind.PERCENT, "12.5", (1250, 0, 0)),
        (PromotionKind.AMOUNT, "2.50", (250, 0, 0)),
        (PromotionKind.N_FOR_M, "3 for 2", (0, 3, 2)),
        (PromotionKind.N_FOR_M, "4:3", (0, 4, 3)),
    ],
)
def test_every_kind_is_typed_in_one_field(
    tab: PromotionsTab, desk: FakeDesk, kind: PromotionKind, typed: str, worth: tuple[int, int, int], asked: Asked
) -> None:
    fields = tab.records.fields
    fields.kind.setCurrentIndex(fields.kind.findData(kind.value))
    tab.records.form.set_text("value", typed)
    tab.save()

    draft = asked(promotions.save_promotion)["draft"]
    assert isinstance(draft, PromotionDraft)
    assert (draft.value, draft.take, draft.pay) == worth


@pytest.mark.parametrize(
    ("field", "typed"),
    [("value", "0"), ("value", "-5"), ("value", "101"), ("value", "1.234"), ("name", " "), ("uses_limit", "0"),
     ("uses_limit", "many"), ("most_tickets", "-1"), ("from_time", "25"), ("movie_id", "No such film")],
)  # fmt: skip
def test_what_cannot_be_is_told_at_the_field_and_stays(
    tab: PromotionsTab, desk: FakeDesk, field: str, typed: str
) -> None:
    tab.records.form.set_text(field, typed)
    tab.save()

    assert field in tab.records.form.problems()
    assert tab.records.form.text(field) == typed
    assert all(each != promotions.save_promotion for each, _ in desk.asked)


def test_a_promotion_is_for_one_show_chosen_by_typing(tab: PromotionsTab, asked: Asked) -> None:
    line = tab.records.fields._show
    completer = line.completer()
    assert completer is not None
    # As typing does; its popup is not for a test without a screen.
    completer.setCompletionPrefix("nosf")
    assert completer.currentCompletion() == "20 Nov 2026, 20:15 · Nosferatu · Hall 2"
    tab.records.form.set_text("show_id", completer.currentCompletion())
    tab.save()

    draft = asked(promotions.save_promotion)["draft"]
    assert isinstance(draft, PromotionDraft)
    assert draft.show_id == 31


def test_the_show_of_a_stored_promotion_is_in_its_field_and_saved_again(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, tab: PromotionsTab, asked: Asked
) -> None:
    desk.answers[promotions.list_promotions] = (replace(STORED, draft=replace(DRAFT, show_id=11)),)
    tab.reload()
    qtbot.waitUntil(lambda: tasks.is_idle() and "Metropolis" in tab.records.form.text("show_id"))
    tab.save()

    draft = asked(promotions.save_promotion)["draft"]
    assert isinstance(draft, PromotionDraft)
    assert draft.show_id == 11


def test_a_show_of_another_film_or_of_none_is_told_at_its_field(tab: PromotionsTab, desk: FakeDesk) -> None:
    fields, form = tab.records.fields, tab.records.form
    for typed, film in (("Tomorrow", {}), (next(iter(fields._shows or ())), {"Another film": 99})):
        fields._films = dict(film)
        form.set_text("movie_id", next(iter(film), ""))
        form.set_text("show_id", typed)
        tab.save()
        assert "show_id" in form.problems()
    assert all(each != promotions.save_promotion for each, _ in desk.asked)


def test_days_upside_down_are_told(tab: PromotionsTab) -> None:
    tab.records.form.set_day("valid_from", date(2027, 1, 1))
    tab.save()

    assert "valid_to" in tab.records.form.problems()


@pytest.mark.parametrize("typed", ["-1", "1.234", "x"])
def test_a_fee_that_cannot_be_is_told_at_its_field(tab: PromotionsTab, desk: FakeDesk, typed: str) -> None:
    tab.fee_form.set_text("amount", typed)
    tab.save_fee()

    assert tab.fee_form.problems()
    assert tab.fee_form.text("amount") == typed


def test_codes_are_made_and_saved_as_csv(
    tab: PromotionsTab,
    desk: FakeDesk,
    tasks: TaskRunner,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    asked: Asked,
) -> None:
    tab.codes_button.click()
    (dialog,) = tab.findChildren(CodesDialog)
    qtbot.waitUntil(tasks.is_idle)
    dialog.make()
    assert "count" in dialog.form.problems()

    dialog.form.set_text("count", "1")
    dialog.make()
    qtbot.waitUntil(tasks.is_idle)
    assert asked(promotion_codes.make_codes) == {
        "promotion_id": 4,
        "count": 1,
        "uses_limit": 1,
        "valid_until": None,
    }

    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "codes.csv"), ""))
    dialog.save_csv()
    lines = (tmp_path / "codes.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "ABCD2345EFGH,ABCD-2345-EFGH,1,0,2026-12-31,yes"
    dialog.accept()


def test_codes_that_are_refused_are_told_at_the_field(
    tab: PromotionsTab, desk: FakeDesk, tasks: TaskRunner, qtbot: QtBot
) -> None:
    desk.answers[promotion_codes.make_codes] = InvalidFieldsError({"count": "From 1 to 10,000 codes."})
    tab.codes_button.click()
    (dialog,) = tab.findChildren(CodesDialog)
    dialog.form.set_text("count", "99999")
    dialog.make()
    qtbot.waitUntil(tasks.is_idle)

    assert dialog.form.problems() == {"count": "From 1 to 10,000 codes."}
    assert dialog.form.text("count") == "99999"
    dialog.accept()


def test_a_promotion_without_codes_has_no_key_to_them(
    tab: PromotionsTab, desk: FakeDesk, tasks: TaskRunner, qtbot: QtBot
) -> None:
    desk.answers[promotions.list_promotions] = (replace(STORED, draft=replace(DRAFT, needs_code=False)),)
    tab.reload()
    qtbot.waitUntil(tasks.is_idle)

    assert not tab.codes_button.isEnabled()
