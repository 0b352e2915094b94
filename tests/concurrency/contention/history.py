"""Checks a race against the record: could everything that was answered have happened one after the other?

`seat_activity` is written while the seats' rows are locked, so the order of its numbers is an order of the changes. It
is replayed against the plainest rules of holding; then every answer must fit into it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.concurrency.contention.crowd import Outcome
from tests.support.cinema import Cinema


@dataclass(kw_only=True)
class Tenancy:
    """One terminal had one seat from `since` to `until`, in seconds of the database's clock."""

    terminal: str
    since: float
    until: float = float("inf")
    sold: bool = False


@dataclass(kw_only=True)
class Replay:
    """Who had which seat when, by the record, and what in the record breaks the rules."""

    tenancies: dict[str, list[Tenancy]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def had(self, seat: str, terminal: str | None, start: float, end: float) -> bool:
        """Whether `terminal` had the seat at any moment between start and end."""
        return any(
            held.terminal == terminal and held.since <= end and held.until >= start
            for held in self.tenancies.get(seat, ())
        )


def replay(cinema: Cinema, expiries: Iterable[tuple[str, float]] = ()) -> Replay:
    """Replay the record of the cinema's show. `expiries` tells which seats' time was ended by the test, and when."""
    ended = list(expiries)
    result = Replay()
    rows = cinema.query(
        "SELECT extract(epoch FROM a.at)::float8, t.name, a.what, e.name FROM boxoffice.seat_activity a"
        " JOIN boxoffice.terminal t USING (terminal_id), unnest(a.seat_ids) s JOIN boxoffice.seat e ON e.seat_id = s"
        " WHERE a.show_id = %s ORDER BY a.activity_id",
        cinema.show_id,
    )
    for at, terminal, what, seat in rows:
        history = result.tenancies.setdefault(seat, [])
        last = history[-1] if history and history[-1].until > at else None
        problem = _break_of_rules(last, seat, terminal, what, at, ended)
        if problem:
            result.faults.append(f"{seat} {what} by {terminal}: {problem}")
        if last is not None:
            last.until = at
        if what != "released":
            history.append(Tenancy(terminal=terminal, since=at, sold=what == "sold"))
    return result


def _break_of_rules(
    last: Tenancy | None, seat: str, terminal: str, what: str, at: float, ended: list[tuple[str, float]]
) -> str | None:
    if last is not None and last.sold:
        return "it was sold"
    if what in {"sold", "released"}:
        return None if last is not None and last.terminal == terminal else "it was not theirs"
    expired = last is not None and any(name == seat and last.since <= when <= at for name, when in ended)
    return "it was somebody else's" if last is not None and last.terminal != terminal and not expired else None


def find_unexplained(result: Replay, answers: Iterable[tuple[Outcome, tuple[str, ...]]]) -> list[str]:
    """Answers to holds, each with the seats that were asked for, that fit into no order; and breaks in the record."""
    faults = list(result.faults)
    for outcome, seats in answers:
        start, end = outcome.started, outcome.ended
        if outcome.error is None:
            missing = [seat for seat in seats if not result.had(seat, outcome.terminal, start, end)]
            faults += [f"{outcome.terminal} was given {seat}, the record does not know" for seat in missing]
        elif outcome.error != "SeatsUnavailableError" or not outcome.named:
            faults.append(f"{outcome.terminal} got {outcome.error} {outcome.named}")
        else:
            faults += [
                f"{outcome.terminal} was refused {seat} for {holder}, who did not have it"
                for seat, holder in outcome.named
                if not result.had(seat, holder, start, end)
            ]
    return faults
