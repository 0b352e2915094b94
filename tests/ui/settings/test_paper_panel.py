"""The venue's paper on the settings page: typed, a picture taken in, saved once, never lost to somebody else's save."""

from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.edits import InvalidFieldsError, StaleEditError
from boxoffice_desktop.services.venue_paper import VenuePaper, get_venue_paper, save_venue_paper
from boxoffice_desktop.ui.settings.paper_panel import PaperPanel
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.ui.fakes import FakeDesk

PAPER = VenuePaper(address="Cinema Road 1", note="Thank you.")


@pytest.fixture
def panel(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner) -> PaperPanel:
    desk.answers[get_venue_paper] = PAPER
    made = PaperPanel(tasks)
    qtbot.addWidget(made)
    made.show()
    made.reload()
    qtbot.waitUntil(tasks.is_idle)
    return made


def saved(desk: FakeDesk) -> list[dict[str, object]]:
    return [arguments for operation, arguments in desk.asked if operation is save_venue_paper]


def test_what_was_typed_is_saved_with_what_it_replaces(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, panel: PaperPanel
) -> None:
    assert not panel.is_dirty
    qtbot.keyClicks(panel.address, "VAT 7 ")
    assert panel.is_dirty
    wanted = VenuePaper(address="VAT 7 Cinema Road 1", note="Thank you.")
    desk.answers[save_venue_paper] = wanted
    panel.button.click()
    qtbot.waitUntil(tasks.is_idle)
    assert saved(desk) == [{"paper": wanted, "read": PAPER}]
    assert (panel.is_dirty, panel.words) == (False, "Saved.")


def test_a_logo_is_drawn_anew_before_it_is_saved(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, panel: PaperPanel, tmp_path: Path
) -> None:
    Image.new("RGB", (1600, 800), "navy").save(tmp_path / "logo.jpg")
    panel.take_file(str(tmp_path / "logo.jpg"))
    qtbot.waitUntil(lambda: panel.is_dirty, timeout=5000)
    assert panel._picture.pixmap().width() > 0
    desk.answers[save_venue_paper] = PAPER
    panel.button.click()
    qtbot.waitUntil(tasks.is_idle)
    paper = saved(desk)[0]["paper"]
    assert isinstance(paper, VenuePaper)
    assert (paper.logo or b"").startswith(b"\x89PNG")
    panel.remove_button.click()
    assert panel._picture.text() == "No logo"


def test_a_file_that_is_no_picture_is_refused_and_nothing_changes(
    qtbot: QtBot, tasks: TaskRunner, panel: PaperPanel, tmp_path: Path
) -> None:
    (tmp_path / "logo.png").write_bytes(b"<svg/>")
    for name in ("logo.png", "nowhere.png"):
        panel.take_file(str(tmp_path / name))
        qtbot.waitUntil(tasks.is_idle)
        qtbot.waitUntil(lambda: bool(panel.words))
        assert not panel.is_dirty
        panel.say("muted", "")


@pytest.mark.parametrize("name", ["address", "note"])
def test_what_has_no_room_is_told_at_its_field(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, panel: PaperPanel, name: str
) -> None:
    desk.answers[save_venue_paper] = InvalidFieldsError({name: "Too long."})
    qtbot.keyClicks(panel.address, "x")
    panel.button.click()
    qtbot.waitUntil(tasks.is_idle)
    assert panel.form.problems() == {name: "Too long."}
    assert panel.is_dirty


def test_somebody_elses_paper_is_told_and_can_be_replaced_or_taken(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, panel: PaperPanel
) -> None:
    theirs = VenuePaper(address="Elsewhere 2")
    desk.answers[save_venue_paper] = StaleEditError(theirs, changed_by="Olga")
    qtbot.keyClicks(panel.address, "x")
    panel.button.click()
    qtbot.waitUntil(tasks.is_idle)
    assert "Olga" in panel.words
    assert panel.address.toPlainText() == "xCinema Road 1"
    desk.answers[save_venue_paper] = PAPER
    panel.button.click()
    qtbot.waitUntil(tasks.is_idle)
    assert saved(desk)[-1]["read"] == theirs
