from pytestqt.qtbot import QtBot

from boxoffice_desktop.ui.widgets.rows_model import Column, RowsModel, RowsTable


def test_a_small_window_takes_room_from_the_other_columns_first(qtbot: QtBot) -> None:
    columns = [
        Column[str](title="Name", text=str, width=0),
        Column[str](title="State", text=str, width=38),
        Column[str](title="Login", text=str, width=18),
    ]
    table = RowsTable(RowsModel(columns), "Rows")
    qtbot.addWidget(table)
    table.resize(1200, 200)
    table.show()
    wide = [table.columnWidth(place) for place in range(3)]
    table.resize(520, 200)
    qtbot.waitUntil(lambda: table.columnWidth(1) < wide[1])
    letter = table.fontMetrics().averageCharWidth()
    assert table.columnWidth(0) >= letter * 17
    assert sum(table.columnWidth(place) for place in range(3)) <= table.viewport().width()
    table.setColumnWidth(2, 55)
    table.resize(521, 200)
    table.resize(1200, 200)
    qtbot.waitUntil(lambda: [table.columnWidth(place) for place in range(3)] == wide)


def test_spare_columns_make_room_and_headings_are_never_cut(qtbot: QtBot) -> None:
    columns = [
        Column[str](title="Name", text=str, width=0),
        Column[str](title="A heading", text=str, width=2),
        Column[str](title="Known elsewhere", text=str, width=30, is_spare=True),
        Column[str](title="State", text=str, width=30),
    ]
    table = RowsTable(RowsModel(columns), "Rows")
    qtbot.addWidget(table)
    table.resize(1200, 200)
    table.show()
    assert table.columnWidth(1) >= table.horizontalHeader().sectionSizeHint(1)
    assert not table.isColumnHidden(2)
    table.resize(520, 200)
    qtbot.waitUntil(lambda: table.isColumnHidden(2))
    assert not table.isColumnHidden(3)
    table.resize(1200, 200)
    qtbot.waitUntil(lambda: not table.isColumnHidden(2))
