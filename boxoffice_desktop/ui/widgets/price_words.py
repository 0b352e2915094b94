"""When a price list holds, in words."""

from datetime import date, time, timedelta

from PySide6.QtCore import QCoreApplication

from boxoffice_desktop.documents.formatting import format_date_short, format_weekday
from boxoffice_desktop.domain.price_editing import PriceListDraft
from boxoffice_desktop.domain.price_rules import RuleKind

_MONDAY = date(2024, 1, 1)


def _tr(text: str) -> str:
    return QCoreApplication.translate("PriceWords", text)


def weekday_name(number: int, locale: str) -> str:
    """The day of the week with the ISO number, e.g. `Mon`."""
    return format_weekday(_MONDAY + timedelta(days=number - 1), locale)[:3]


def describe_rule(draft: PriceListDraft, movie_title: str, kind: RuleKind, locale: str) -> str:
    """One condition of a list, e.g. `Fri, Sat` or `from 18:00`; empty when it has none of that kind."""
    if kind is RuleKind.WEEKDAY:
        return ", ".join(weekday_name(number, locale) for number in sorted(draft.weekdays or ()))
    if kind is RuleKind.TIME:
        return _describe_times(draft.from_time, draft.to_time)
    if kind is RuleKind.DATE:
        return _span(
            format_date_short(draft.valid_from, locale) if draft.valid_from else "",
            format_date_short(draft.valid_to, locale) if draft.valid_to else "",
            _tr("until {end}"),
        )
    return (draft.format or "") if kind is RuleKind.FORMAT else movie_title


def describe_rules(draft: PriceListDraft, movie_title: str, locale: str) -> str:
    """All conditions of a list, e.g. `Fri, Sat · from 18:00`; `always` when it has none."""
    parts = (describe_rule(draft, movie_title, kind, locale) for kind in RuleKind)
    return " · ".join(part for part in parts if part) or _tr("always")


def _describe_times(start: time | None, end: time | None) -> str:
    """E.g. `from 18:00`, `from 20:00 before 02:00 after midnight`; midnight as an end is 24:00."""
    begin = "" if start is None else start.isoformat("minutes")
    if end is None:
        return _span(begin, "", "")
    passes = start is not None and end < start and end != time(0)
    until = _tr("before {end} after midnight") if passes else _tr("before {end}")
    return _span(begin, "24:00" if end == time(0) else end.isoformat("minutes"), until)


def _span(start: str, end: str, until: str) -> str:
    words = [_tr("from {start}").format(start=start)] if start else []
    return " ".join([*words, *([until.format(end=end)] if end else [])])
