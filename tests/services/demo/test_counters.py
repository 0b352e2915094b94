"""A demo of an earlier release had two counters."""

from sqlalchemy.orm import Session

from boxoffice_desktop.db.provisioning import owner_connection
from boxoffice_desktop.services.demo.cinema import TERMINALS, add_terminals
from tests.support.cinema import Cinema


def test_missing_counters_are_added_and_the_others_left_alone(cinema: Cinema) -> None:
    logins = (cinema.logins["Counter 1"][1], cinema.logins["Counter 2"][1], "till_of_tomorrow")
    before = cinema.query("SELECT terminal_id, name, login FROM boxoffice.terminal ORDER BY terminal_id")
    cinema.execute("UPDATE boxoffice.terminal SET name = 'Old counter', mark = 'O' WHERE name = 'Counter 3'")
    for _ in range(2):
        with owner_connection(cinema.admin_conninfo) as connection, Session(connection) as session:
            add_terminals(session, cinema.venue_id, logins)
            session.commit()
    after = cinema.query("SELECT terminal_id, name, login FROM boxoffice.terminal ORDER BY terminal_id")
    assert after[:2] == before[:2]
    assert [row[1:] for row in after[3:]] == [(TERMINALS[2][0], "till_of_tomorrow")]
    chains = cinema.query("SELECT count(*) FROM boxoffice.terminal_chain")
    assert chains == [(len(after),)]
