"""What stands on a venue's paper: who sets it, within which bounds, and that hostile pictures stay outside."""

import io
from dataclasses import replace

import psycopg
import pytest
from PIL import Image

from boxoffice_desktop.domain.edits import InvalidFieldsError, StaleEditError
from boxoffice_desktop.domain.errors import InvalidInputError, NotAllowedError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.services import tickets
from boxoffice_desktop.services.venue_paper import VenuePaper, get_venue_paper, reencode_logo, save_venue_paper
from tests.security.conftest import attack_as
from tests.support.cinema import Cinema, Till, grant
from tests.support.seats import sell


def picture(size: tuple[int, int] = (1600, 400), kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind, comment="GPS 47.1, 8.5")
    return out.getvalue()


PAPER = VenuePaper(address="Cinema Road 1\n3000 Bern\nVAT CHE-123", note="Thank you.", logo=reencode_logo(picture()))


@pytest.fixture
def mona(cinema: Cinema) -> Till:
    """Mona, who manages terminals too, signed in at Counter 3."""
    grant(cinema, "mona", Permission.MANAGE_TERMINALS)
    return cinema.till("Counter 3", "mona")


def test_what_is_saved_is_read_and_audited_without_the_picture(cinema: Cinema, mona: Till) -> None:
    assert mona.call(get_venue_paper) == VenuePaper()
    mona.call(save_venue_paper, paper=PAPER, read=VenuePaper())
    assert mona.call(get_venue_paper) == PAPER
    mona.call(save_venue_paper, paper=replace(PAPER, logo=None), read=PAPER)
    assert PAPER.logo is not None
    assert cinema.query(
        "SELECT a.operation, a.before, a.after, s.user_name"
        " FROM boxoffice.audit a JOIN boxoffice.staff s USING (staff_id)"
        " WHERE a.table_name = 'venue_paper' ORDER BY a.audit_id"
    ) == [
        ("insert", {}, {"venue_id": 1, "address": PAPER.address, "note": "Thank you."}, "mona"),
        ("update", {"logo_bytes": len(PAPER.logo)}, {"logo_bytes": None}, "mona"),
    ]


def test_a_cashier_prints_on_it_and_does_not_set_it(cinema: Cinema, mona: Till) -> None:
    mona.call(save_venue_paper, paper=PAPER, read=VenuePaper())
    carla = cinema.till()
    for operation, values in ((get_venue_paper, {}), (save_venue_paper, {"paper": VenuePaper(), "read": PAPER})):
        with pytest.raises(NotAllowedError):
            carla.call(operation, **values)
    with attack_as(cinema, carla) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.run("UPDATE boxoffice.venue_paper SET note = ''")
    assert refused.value.sqlstate == "BX403"
    sale = sell(cinema, carla, "A1")
    assert carla.call(tickets.list_ticket_pages, sale_id=sale.sale_id)[0].logo == PAPER.logo


def test_no_till_writes_on_another_venues_paper(cinema: Cinema, mona: Till) -> None:
    cinema.execute(
        "INSERT INTO boxoffice.venue (name, time_zone, currency, locale) VALUES ('Other', 'UTC', 'EUR', 'en_GB')"
    )
    insert = (
        "INSERT INTO boxoffice.venue_paper (venue_id, note) SELECT venue_id, 'x' FROM boxoffice.venue WHERE name = %s"
    )
    with attack_as(cinema, mona, "Counter 3") as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.run(insert, "Other")
    assert refused.value.sqlstate == "BX409"
    # The control: the same for the own venue.
    with attack_as(cinema, mona, "Counter 3") as attacker:
        assert attacker.run(insert, "Test Cinema") == 1


def test_the_second_who_saves_is_told_of_the_first(mona: Till) -> None:
    mona.call(save_venue_paper, paper=PAPER, read=VenuePaper())
    with pytest.raises(StaleEditError) as stale:
        mona.call(save_venue_paper, paper=VenuePaper(note="Mine"), read=VenuePaper())
    assert stale.value.current == PAPER


@pytest.mark.parametrize(
    ("field", "paper"),
    [
        ("address", VenuePaper(address="\n".join("abcdefg"))),
        ("address", VenuePaper(address="x" * 401)),
        ("note", VenuePaper(note="x" * 201)),
    ],
)
def test_what_has_no_room_is_refused_at_its_field(mona: Till, field: str, paper: VenuePaper) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        mona.call(save_venue_paper, paper=paper, read=VenuePaper())
    assert list(refused.value.problems) == [field]


def test_a_logo_is_drawn_anew_and_small(cinema: Cinema) -> None:
    data = reencode_logo(picture(kind="JPEG"))
    with Image.open(io.BytesIO(data)) as drawn:
        assert (drawn.format, drawn.size, drawn.mode) == ("PNG", (800, 200), "RGB")
    assert b"GPS" not in data
    with Image.open(io.BytesIO(reencode_logo(noisy_picture()))) as noise:
        assert noise.size == (800, 400)
    assert len(reencode_logo(noisy_picture())) <= 1_000_000


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg/>", picture()[:60], picture((16000, 10))])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInputError) as refused:
        reencode_logo(data)
    assert refused.value.field == "logo"


def noisy_picture() -> bytes:
    """The picture that packs worst."""
    out = io.BytesIO()
    Image.effect_noise((800, 400), 200).convert("RGB").save(out, "PNG")
    return out.getvalue()
