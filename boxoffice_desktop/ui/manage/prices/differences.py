"""What two versions of a price list differ in, in words."""

from collections.abc import Mapping
from datetime import date, time

from PySide6.QtCore import QCoreApplication

from boxoffice_desktop.documents.formatting import format_amount, format_date_short
from boxoffice_desktop.domain.price_editing import PriceListDraft
from boxoffice_desktop.services.price_lists import PriceBook
from boxoffice_desktop.ui.widgets.price_words import weekday_name


def _tr(text: str) -> str:
    return QCoreApplication.translate("PriceDifferences", text)


def list_differences(
    mine: PriceListDraft,
    theirs: PriceListDraft,
    book: PriceBook | None,
    films: Mapping[int, str],
    *,
    currency: str,
    locale: str,
) -> list[tuple[str, str, str]]:
    """Field by field, then price by price: what it is called, my value, theirs. `films` are titles by id."""
    ours, other = (_describe(draft, book, films, locale) for draft in (mine, theirs))
    fields = [(label, a, b) for (label, a), (_, b) in zip(ours, other, strict=True) if a != b]
    return fields + _list_prices(mine, theirs, book, currency, locale)


def _describe(
    draft: PriceListDraft, book: PriceBook | None, films: Mapping[int, str], locale: str
) -> list[tuple[str, str]]:
    rates = {rate.tax_rate_id: rate.name for rate in book.tax_rates} if book else {}
    weekdays = [weekday_name(number, locale) for number in sorted(draft.weekdays or ())]
    return [
        (_tr("Name"), draft.name),
        (_tr("Priority"), str(draft.priority)),
        (_tr("Tax"), rates.get(draft.tax_rate_id, str(draft.tax_rate_id))),
        (_tr("Days of the week"), ", ".join(weekdays) or _tr("any")),
        (_tr("Shows from"), _say_time(draft.from_time)),
        (_tr("Shows before"), _say_time(draft.to_time)),
        (_tr("First day"), _say_day(draft.valid_from, locale)),
        (_tr("Last day"), _say_day(draft.valid_to, locale)),
        (_tr("Format"), draft.format or _tr("any")),
        (_tr("Film"), _tr("any") if draft.movie_id is None else films.get(draft.movie_id, str(draft.movie_id))),
        (_tr("In use"), _tr("yes") if draft.is_active else _tr("no")),
    ]


def _list_prices(
    mine: PriceListDraft, theirs: PriceListDraft, book: PriceBook | None, currency: str, locale: str
) -> list[tuple[str, str, str]]:
    areas = {area.area_id: area.name for area in book.areas} if book else {}
    types = {each.ticket_type_id: each.draft.name for each in book.ticket_types} if book else {}

    def say(amount: int | None) -> str:
        return _tr("not sold") if amount is None else format_amount(amount, currency, locale)

    return [
        (
            f"{areas.get(cell[0], cell[0])}, {types.get(cell[1], cell[1])}",
            say(mine.amounts.get(cell)),
            say(theirs.amounts.get(cell)),
        )
        for cell in sorted(mine.amounts.keys() | theirs.amounts.keys())
        if mine.amounts.get(cell) != theirs.amounts.get(cell)
    ]


def _say_time(at: time | None) -> str:
    return _tr("any") if at is None else f"{at:%H:%M}"


def _say_day(day: date | None, locale: str) -> str:
    return _tr("any") if day is None else format_date_short(day, locale)
