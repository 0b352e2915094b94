"""Tickets by e-mail through a real server: over TLS or not at all, within seconds, and no word of the password."""

import socket
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from boxoffice_desktop.db import credentials
from boxoffice_desktop.db.credentials import MailPassword
from boxoffice_desktop.domain.errors import CredentialError
from boxoffice_desktop.domain.mail import MailError, MailSecurity, MailSettings, is_address
from boxoffice_desktop.services.mail import send_document
from tests.support.smtp_server import PASSWORD, USER, SmtpServer, smtp_server

PDF = b"%PDF-1.7 tickets \x00\xff" * 500
WAYS = [MailSecurity.TLS, MailSecurity.STARTTLS]


@pytest.fixture(params=WAYS)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[SmtpServer, MailSettings]]:
    with smtp_server(tmp_path, tls_at_once=request.param is MailSecurity.TLS) as running:
        yield (
            running,
            MailSettings(
                host="127.0.0.1", port=running.port, security=request.param, user=USER, sender="box@cinema.example"
            ),
        )


def send(settings: MailSettings, certificate: Path | None, to: str = "eva@home.example", **changes: str) -> None:
    send_document(
        settings,
        changes.get("password", PASSWORD),
        to=to,
        subject=changes.get("subject", "Žlutý kůň, 20:15"),
        body="Enjoy the film.",
        pdf=PDF,
        file_name="counter-1-000042.pdf",
        authority=str(certificate) if certificate else None,
        seconds=2,
    )


def test_the_letter_arrives_with_the_tickets(server: tuple[SmtpServer, MailSettings]) -> None:
    running, settings = server
    send(settings, running.certificate)
    (letter,) = running.letters
    assert (letter["To"], letter["From"], letter["Subject"]) == (
        "eva@home.example",
        "box@cinema.example",
        "Žlutý kůň, 20:15",
    )
    (attached,) = letter.iter_attachments()
    assert attached.get_filename() == "counter-1-000042.pdf"
    assert attached.get_content() == PDF
    assert not [text for text in running.said_in_clear if text.split(" ")[0] in {"AUTH", "MAIL", "RCPT", "DATA"}]


def test_a_certificate_that_nobody_vouches_for_is_refused(server: tuple[SmtpServer, MailSettings]) -> None:
    running, settings = server
    with pytest.raises(MailError, match="certificate"):
        send(settings, None)
    assert running.letters == []


@pytest.mark.parametrize(
    ("fault", "word"),
    [("refuses recipient", "eva@home.example"), ("hangs up", "not sent"), ("silent", "in time|not sent")],
)
def test_what_goes_wrong_is_said(server: tuple[SmtpServer, MailSettings], fault: str, word: str) -> None:
    running, settings = server
    running.faults.add(fault)
    with pytest.raises(MailError, match=word):
        send(settings, running.certificate)
    assert running.letters == []


def test_a_wrong_password_is_said_and_stands_in_no_word_of_it(server: tuple[SmtpServer, MailSettings]) -> None:
    running, settings = server
    with pytest.raises(MailError, match="user and password") as refused:
        send(settings, running.certificate, password="the-wrong-one")
    told = "".join(traceback.format_exception(refused.value, chain=True))
    assert "dGhlLXdyb25nLW9uZQ" not in told
    assert "'the-wrong-one'" not in str(refused.value)


def test_without_encryption_nothing_is_sent(tmp_path: Path) -> None:
    with smtp_server(tmp_path, tls_at_once=False) as running:
        running.faults.add("no starttls")
        settings = MailSettings(
            host="127.0.0.1", port=running.port, security=MailSecurity.STARTTLS, user=USER, sender="a@b.example"
        )
        with pytest.raises(MailError):
            send(settings, running.certificate)
        assert not [text for text in running.said_in_clear if text.startswith("AUTH")]


def test_a_server_that_is_away_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(MailError, match="not sent"):
        send(MailSettings(host="127.0.0.1", port=port, sender="a@b.example"), None)


@pytest.mark.parametrize(
    "to", ["", "eva", "eva@home", "a@b.example, c@d.example", "Eva <a@b.example>", "a@b.example\nBcc: c@d.example"]
)
def test_only_one_plain_address_is_taken(to: str) -> None:
    assert not is_address(to)
    with pytest.raises(MailError, match="address"):
        send(MailSettings(host="mail.example", sender="a@b.example"), None, to=to)


def test_it_is_off_until_somebody_sets_it_up() -> None:
    assert not MailSettings.from_text("").is_on
    with pytest.raises(MailError, match="not set up"):
        send(MailSettings(), None)


def test_settings_come_back_as_they_were_saved() -> None:
    settings = MailSettings(
        host="smtp.example", port=587, security=MailSecurity.STARTTLS, user="u", sender="a@b.example"
    )
    assert MailSettings.from_text(settings.to_text()) == settings
    assert "password" not in settings.to_text()
    assert settings.list_problems() == {}
    assert set(MailSettings(host="two words", port=0, sender="x").list_problems()) == {"host", "port", "sender"}


def test_the_password_lies_where_only_its_account_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, answer in (("_remove_from_keyring", None), ("_find_in_keyring", "")):
        monkeypatch.setattr(credentials, name, lambda _key, answer=answer: answer)
    store = MailPassword(tmp_path, "window-1")
    assert store.read() == ""
    assert store.save("geheim", keyring=False) == "file"
    assert store.read() == "geheim"
    file = tmp_path / "mail-window-1.password"
    assert file.stat().st_mode & 0o077 == 0
    file.chmod(0o644)
    with pytest.raises(CredentialError):
        store.read()
    file.chmod(0o600)
    store.save("", keyring=False)
    assert not file.exists()
