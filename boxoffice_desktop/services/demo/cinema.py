"""The demo cinema: four halls, a dozen films, a week of shows, prices and people. Written as the schema's owner."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import cycle
from typing import Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.business_day import business_day_bounds, business_day_of, local_moment
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.permissions import ADMINISTRATOR, CASHIER, MANAGER, SUPERVISOR, Permission
from boxoffice_desktop.domain.seating_plan import parse_plan
from boxoffice_desktop.domain.text_repair import fold_title
from boxoffice_desktop.files import resources_folder
from boxoffice_desktop.models import (
    Area,
    Hall,
    Movie,
    MoviePoster,
    Price,
    PriceList,
    Shift,
    Show,
    Staff,
    StaffPermission,
    StaffSecret,
    TaxRate,
    Terminal,
    TerminalChain,
    TicketTypeRow,
    Venue,
)
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.demo.films import DEMO_FILMS, DemoFilm
from boxoffice_desktop.services.demo.posters import draw_poster
from boxoffice_desktop.services.imports.halls import import_hall
from boxoffice_desktop.services.programme import create_show, put_on_sale
from boxoffice_desktop.services.staff import DEMO_PINS, make_secret

VENUE_NAME: Final = "Aurora Lichtspiele"
TIME_ZONE: Final = "Europe/Vienna"
DAY_ENDS_AT: Final = time(6)
TERMINALS: Final = (("Counter 1", "1"), ("Counter 2", "2"), ("Counter 3", "3"))
_HALLS: Final = (
    ("Grand Hall", "grand-hall.json"),
    ("Hall 2", "hall-2.json"),
    ("Lounge", "lounge.json"),
    ("Palace", "palace.json"),
)
_STAFF: Final[tuple[tuple[str, str, frozenset[Permission]], ...]] = (
    ("anna", "Anna Kowalska", CASHIER),
    ("sam", "Sam Okafor", SUPERVISOR),
    ("maria", "Maria Lindgren", MANAGER),
    ("olga", "Olga Demir", ADMINISTRATOR),
)
_TICKET_TYPES: Final = (("Adult", 100), ("Child", 65), ("Student", 80), ("Senior", 80), ("Member", 75))
_AREA_PRICES: Final = {"Standard": 1200, "Premium": 1500, "Balcony": 1000, "Loveseat": 1700, "Recliner": 2200}
_OTHER_AREA_PRICE: Final = 1200
# Name, priority, weekdays, from, to, per cent of the standard price.
_PRICE_LISTS: Final[tuple[tuple[str, int, list[int] | None, time | None, time | None, int], ...]] = (
    ("Standard", 0, None, None, None, 100),
    ("Weekend evening", 5, [5, 6], time(18), None, 115),
    ("Matinee", 10, None, None, time(16), 75),
)
_FIRST_START: Final = time(13, 30)
_LAST_START: Final = time(22)
_DAYS: Final = 7
_STEP_MINUTES: Final = 15


@dataclass(frozen=True, kw_only=True)
class DemoCinema:
    """What was built: the ids that filling it with customers needs."""

    venue_id: int
    show_ids: tuple[int, ...]


def build_demo(session: Session, *, logins: tuple[str, ...], now: datetime) -> DemoCinema:
    """Build the cinema in an empty database; `logins` are the roles of its terminals, in their order."""
    venue = Venue(name=VENUE_NAME, city="Wien", time_zone=TIME_ZONE, currency="EUR", locale="en_GB", is_demo=True)
    session.add(venue)
    session.flush()
    manager_id = _add_staff(session, venue.venue_id)
    context = _owner_context(venue.venue_id, manager_id, now)
    add_terminals(session, venue.venue_id, logins)
    for name, file in _HALLS:
        plan = parse_plan((resources_folder() / "demo" / file).read_bytes())
        import_hall(session, context, plan=plan, venue_name=VENUE_NAME, hall_name=name)
    films = _add_films(session)
    _add_prices(session, venue.venue_id)
    session.flush()
    show_ids = tuple(_add_shows(session, context, films, now))
    put_on_sale(session, context, show_ids=show_ids)
    return DemoCinema(venue_id=venue.venue_id, show_ids=show_ids)


def add_terminals(session: Session, venue_id: int, logins: tuple[str, ...]) -> None:
    """Give the venue the demo's counters that it lacks; `logins` are their roles, in their order, each with an open
    shift.
    """
    there = set(session.execute(select(Terminal.login)).scalars())
    cashier_id = session.execute(select(func.min(Staff.staff_id)).where(Staff.venue_id == venue_id)).scalar_one()
    for login, (name, mark) in zip(logins, TERMINALS, strict=True):
        if login not in there:
            terminal = Terminal(venue_id=venue_id, name=name, mark=mark, login=login)
            session.add(terminal)
            session.flush()
            session.add(TerminalChain(terminal_id=terminal.terminal_id))
            session.flush()
            # The guard fills in the rest. Somebody who tries the demo sells at once; the float comes to nothing.
            session.execute(
                insert(Shift).values(shift_id=uuid4(), terminal_id=terminal.terminal_id, opened_by=cashier_id)
            )


def extend_demo(session: Session, *, now: datetime) -> tuple[int, ...]:
    """Give a demo that was built some days ago shows for the coming week again; returns their ids."""
    venue = session.execute(select(Venue).where(Venue.is_demo)).scalars().one()
    manager_id = session.execute(select(Staff.staff_id).where(Staff.venue_id == venue.venue_id)).scalars().first()
    context = _owner_context(venue.venue_id, manager_id, now)
    by_title = {film.title: film for film in DEMO_FILMS}
    movies = session.execute(select(Movie.movie_id, Movie.title).order_by(Movie.movie_id)).all()
    films = [(movie_id, by_title[title]) for movie_id, title in movies if title in by_title]
    show_ids = tuple(_add_shows(session, context, films, now))
    put_on_sale(session, context, show_ids=show_ids)
    return show_ids


def _owner_context(venue_id: int, manager_id: int | None, now: datetime) -> Context:
    return Context(
        terminal_id=0,
        terminal_name="",
        venue_id=venue_id,
        staff_id=manager_id,
        staff_name="",
        permissions=ADMINISTRATOR,
        now=now,
    )


def _add_staff(session: Session, venue_id: int) -> int:
    staff_id = 0
    for user_name, display_name, permissions in _STAFF:
        person = Staff(venue_id=venue_id, user_name=user_name, display_name=display_name)
        session.add(person)
        session.flush()
        secret = make_secret(DEMO_PINS[user_name])
        session.add(StaffSecret(staff_id=person.staff_id, salt=secret.salt, key_hash=secret.key_hash))
        session.add_all(
            StaffPermission(staff_id=person.staff_id, permission=permission.value) for permission in permissions
        )
        staff_id = person.staff_id
    return staff_id


def _add_films(session: Session) -> list[tuple[int, DemoFilm]]:
    added = []
    for film in DEMO_FILMS:
        movie = Movie(
            title=film.title,
            title_key=fold_title(film.title),
            latin_title=film.latin_title,
            original_title=film.original_title,
            certificate=film.certificate,
            running_minutes=film.running_minutes,
            genre=film.genre,
            distributor=film.distributor,
            release_date=film.release_date,
            colour=film.colour,
            has_poster=True,
        )
        session.add(movie)
        session.flush()
        session.add(MoviePoster(movie_id=movie.movie_id, image=draw_poster(film)))
        added.append((movie.movie_id, film))
    return added


def _add_prices(session: Session, venue_id: int) -> None:
    tax = TaxRate(venue_id=venue_id, name="VAT 13 %", basis_points=1300)
    session.add(tax)
    types = []
    for position, (name, percent) in enumerate(_TICKET_TYPES, start=1):
        ticket_type = TicketTypeRow(venue_id=venue_id, name=name, position=position)
        session.add(ticket_type)
        types.append((ticket_type, percent))
    session.flush()
    areas = session.execute(select(Area.area_id, Area.name).where(Area.venue_id == venue_id)).all()
    for name, priority, weekdays, from_time, to_time, list_percent in _PRICE_LISTS:
        price_list = PriceList(
            venue_id=venue_id, name=name, priority=priority, weekdays=weekdays, from_time=from_time, to_time=to_time
        )
        session.add(price_list)
        session.flush()
        session.execute(
            insert(Price),
            [
                {
                    "price_list_id": price_list.price_list_id,
                    "area_id": area_id,
                    "ticket_type_id": ticket_type.ticket_type_id,
                    "amount": _price(area_name, type_percent * list_percent),
                    "tax_rate_id": tax.tax_rate_id,
                }
                for area_id, area_name in areas
                for ticket_type, type_percent in types
            ],
        )


def _price(area_name: str, per_ten_thousand: int) -> int:
    """A price that people would print: rounded to half a euro."""
    exact = _AREA_PRICES.get(area_name, _OTHER_AREA_PRICE) * per_ten_thousand / 10_000
    return round(exact / 50) * 50


def _add_shows(session: Session, context: Context, films: list[tuple[int, DemoFilm]], now: datetime) -> Iterator[int]:
    zone = ZoneInfo(TIME_ZONE)
    today = business_day_of(now, zone, DAY_ENDS_AT)
    halls = session.execute(
        select(Hall.hall_id, Hall.cleaning_minutes).where(Hall.venue_id == context.venue_id).order_by(Hall.hall_id)
    ).all()
    for place, (hall_id, cleaning_minutes) in enumerate(halls):
        # Each hall starts the list of films elsewhere, so that a film has several times a day.
        bill = cycle(films[place * 3 :] + films[: place * 3])
        for day in (today + timedelta(days=ahead) for ahead in range(_DAYS)):
            if _has_shows(session, hall_id, day):
                continue
            yield from _fill_day(session, context, bill, hall_id, cleaning_minutes, day, place)


def _has_shows(session: Session, hall_id: int, day: date) -> bool:
    start, end = business_day_bounds(day, ZoneInfo(TIME_ZONE), DAY_ENDS_AT)
    return bool(
        session.execute(
            select(Show.show_id).where(Show.hall_id == hall_id, Show.starts_at >= start, Show.starts_at < end).limit(1)
        ).first()
    )


def _fill_day(
    session: Session,
    context: Context,
    bill: Iterator[tuple[int, DemoFilm]],
    hall_id: int,
    cleaning_minutes: int,
    day: date,
    place: int,
) -> Iterator[int]:
    zone = ZoneInfo(TIME_ZONE)
    at = datetime.combine(day, _FIRST_START) + timedelta(minutes=_STEP_MINUTES * place)
    while at.time() <= _LAST_START and at.date() == day:
        movie_id, film = next(bill)
        try:
            starts_at = local_moment(day, at.time(), zone, later=False)
        except InvalidInputError:
            # A start in the missing hour of spring; the demo simply has no show then.
            at += timedelta(minutes=_STEP_MINUTES)
            continue
        yield create_show(
            session,
            context,
            movie_id=movie_id,
            hall_id=hall_id,
            starts_at=starts_at,
            format=film.format,
            language=film.language,
        )
        minutes = 15 + film.running_minutes + cleaning_minutes
        at += timedelta(minutes=-(-minutes // _STEP_MINUTES) * _STEP_MINUTES)
