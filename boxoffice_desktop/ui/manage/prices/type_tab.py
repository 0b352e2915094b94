"""Ticket types with their rules, tax rates, and areas."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox

from boxoffice_desktop.domain.price_editing import COLOURS, TicketTypeDraft, check_area, check_name, check_ticket_type
from boxoffice_desktop.services.price_lists import AreaName, TaxRateDetails, TicketTypeDetails
from boxoffice_desktop.ui.manage.prices.record_tab import RecordTab
from boxoffice_desktop.ui.widgets.form import Form, Reading
from boxoffice_desktop.ui.widgets.rows_model import Column
from boxoffice_desktop.ui.widgets.theme import theme

_HUNDRED = 100


def _tr(text: str) -> str:
    return QCoreApplication.translate("TypeTab", text)


def make_type_tab() -> RecordTab:
    """The tab of ticket types; its drafts are `TicketTypeDraft`."""
    age, members, active = (
        QCheckBox(_tr("Ask for proof of age")),
        QCheckBox(_tr("For members")),
        QCheckBox(_tr("In use")),
    )

    def fill(form: Form, record: TicketTypeDetails | None) -> None:
        draft = record.draft if record else TicketTypeDraft(name="")
        form.set_text("name", draft.name)
        form.set_text("position", str(draft.position or ""))
        form.set_text("group_from", str(draft.group_from or ""))
        age.setChecked(draft.needs_age_proof)
        members.setChecked(draft.is_for_members)
        active.setChecked(draft.is_active)

    def read(form: Form) -> TicketTypeDraft | None:
        reading = Reading(form)
        draft = TicketTypeDraft(
            name=form.text("name").strip(),
            position=reading.number("position"),
            is_active=active.isChecked(),
            needs_age_proof=age.isChecked(),
            is_for_members=members.isChecked(),
            group_from=reading.number("group_from"),
        )
        problems = check_ticket_type(draft) | reading.problems
        form.show_problems(problems)
        return None if problems else draft

    hint = _tr(
        "A ticket type is never deleted, since tickets name it. Take it out of use instead; what was sold stays."
    )

    def describe(draft: TicketTypeDraft) -> list[tuple[str, str]]:
        return [
            (_tr("Name"), draft.name),
            (_tr("Key"), f"F{draft.position}" if draft.position else _tr("none")),
            (_tr("For groups from"), str(draft.group_from or _tr("any number"))),
            (age.text(), _say_yes(draft.needs_age_proof)),
            (members.text(), _say_yes(draft.is_for_members)),
            (active.text(), _say_yes(draft.is_active)),
        ]

    tab = RecordTab(
        _tr("Ticket types"),
        _list_type_columns(),
        what=_tr("the ticket type"),
        fill=fill,
        read=read,
        describe=describe,
        draft_of=lambda record: record.draft,
        hint=hint,
    )
    tab.form.add_line("name", _tr("Name"))
    tab.form.add_line("position", _tr("Key: 1 is F1; empty keeps it off the keys"))
    tab.form.add_line("group_from", _tr("For groups from … people"))
    for name, box in (("needs_age_proof", age), ("is_for_members", members), ("is_active", active)):
        tab.form.add(name, box.text(), box)
    tab.build()
    return tab


def make_rate_tab() -> RecordTab:
    """The tab of tax rates; its drafts are pairs of name and basis points."""

    def fill(form: Form, record: TaxRateDetails | None) -> None:
        form.set_text("name", record.name if record else "")
        form.set_text("basis_points", format_percent(record.basis_points) if record else "")

    def read(form: Form) -> tuple[str, int] | None:
        problems = check_name(form.text("name"))
        basis_points = read_percent(form.text("basis_points"))
        if basis_points is None:
            problems["basis_points"] = _tr("From 0 to 100, with up to two decimals.")
        form.show_problems(problems)
        return None if problems or basis_points is None else (form.text("name").strip(), basis_points)

    hint = _tr("Tax is inside the prices. A changed rate holds for shows that go on sale from now on.")
    columns: list[Column[TaxRateDetails]] = [
        Column(title=_tr("Name"), text=lambda rate: rate.name, width=0),
        Column(title=_tr("Per cent"), text=lambda rate: format_percent(rate.basis_points), width=10, is_number=True),
    ]
    tab = RecordTab(
        _tr("Tax rates"),
        columns,
        what=_tr("the tax rate"),
        fill=fill,
        read=read,
        describe=lambda draft: [(_tr("Name"), draft[0]), (_tr("Per cent"), format_percent(draft[1]))],
        draft_of=lambda record: (record.name, record.basis_points),
        hint=hint,
    )
    tab.form.add_line("name", _tr("Name"))
    tab.form.add_line("basis_points", _tr("Per cent"))
    tab.build()
    return tab


def make_area_tab() -> RecordTab:
    """The tab of price areas; its drafts are triples of name, letter and place in the series of colours."""
    colours = QComboBox()
    for place in range(COLOURS):
        colours.addItem(_tr("Colour {number}").format(number=place + 1))

    def fill(form: Form, record: AreaName | None) -> None:
        for place in range(COLOURS):
            colours.setItemData(place, theme().series(place), Qt.ItemDataRole.DecorationRole)
        form.set_text("name", record.name if record else "")
        form.set_text("letter", record.letter if record else "")
        colours.setCurrentIndex(record.colour if record else 0)

    def read(form: Form) -> tuple[str, str, int] | None:
        draft = (form.text("name"), form.text("letter"), colours.currentIndex())
        problems = check_area(*draft)
        form.show_problems(problems)
        return None if problems else draft

    hint = _tr(
        "Seats are given their area in the hall's layout. A new area needs prices before its shows can go on sale."
    )
    columns: list[Column[AreaName]] = [
        Column(title=_tr("Letter"), text=lambda area: area.letter, width=8, colour=lambda area: area.colour),
        Column(title=_tr("Name"), text=lambda area: area.name, width=0),
    ]
    tab = RecordTab(
        _tr("Areas"),
        columns,
        what=_tr("the area"),
        fill=fill,
        read=read,
        describe=lambda draft: [
            (_tr("Name"), draft[0]),
            (_tr("Letter"), draft[1]),
            (_tr("Colour"), _tr("Colour {number}").format(number=draft[2] + 1)),
        ],
        draft_of=lambda record: (record.name, record.letter, record.colour),
        hint=hint,
    )
    tab.form.add_line("name", _tr("Name"))
    tab.form.add_line("letter", _tr("Letter on maps, beside the colour"))
    tab.form.add("colour", _tr("Colour"), colours)
    tab.build()
    return tab


def _say_yes(value: bool) -> str:  # noqa: FBT001  a value in words
    return _tr("yes") if value else _tr("no")


def format_percent(basis_points: int) -> str:
    """800 as `8`, 775 as `7.75`."""
    return f"{basis_points / _HUNDRED:.2f}".rstrip("0").rstrip(".")


def read_percent(text: str) -> int | None:
    """Basis points of a typed rate; None when it is none from 0 to 100 with two decimals."""
    whole, _, decimals = text.strip().removesuffix("%").strip().replace(",", ".").partition(".")
    if not (whole.isascii() and whole.isdigit()) or len(decimals) > len("00") or (decimals and not decimals.isdigit()):
        return None
    basis_points = int(whole) * _HUNDRED + int(decimals.ljust(2, "0"))
    return basis_points if basis_points <= _HUNDRED * _HUNDRED else None


def _list_type_columns() -> list[Column[TicketTypeDetails]]:
    def rules(each: TicketTypeDetails) -> str:
        draft = each.draft
        words = [_tr("proof of age")] if draft.needs_age_proof else []
        words += [_tr("members")] if draft.is_for_members else []
        words += [_tr("groups from {count}").format(count=draft.group_from)] if draft.group_from else []
        return ", ".join(words)

    return [
        Column(title=_tr("Key"), text=lambda each: f"F{each.draft.position}" if each.draft.position else "", width=5),
        Column(title=_tr("Name"), text=lambda each: each.draft.name, width=20),
        Column(title=_tr("Rules"), text=rules, width=0),
        Column(title=_tr("State"), text=lambda each: "" if each.draft.is_active else _tr("out of use"), width=12),
    ]
