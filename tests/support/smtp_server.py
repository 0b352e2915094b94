"""A small SMTP server with TLS in this process. It keeps the letters it takes, and can be wrong in the usual ways."""

import base64
import contextlib
import datetime as dt
import ipaddress
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "tickets", "secret-of-the-mail"


@dataclass
class SmtpServer:
    """`letters` are what it took; `said` every line that a client sent in clear.

    Attributes:
        faults: any of `no starttls`, `refuses recipient`, `silent`, `hangs up`.
    """

    port: int
    certificate: Path
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    said_in_clear: list[str] = field(default_factory=list)
    faults: set[str] = field(default_factory=set)


@contextmanager
def smtp_server(folder: Path, *, tls_at_once: bool) -> Iterator[SmtpServer]:
    certificate, key = _make_certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(10)
            with contextlib.suppress(OSError):
                talk = _Talk(self.request, context, state, tls_at_once=tls_at_once)
                with contextlib.closing(talk):
                    talk.run()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = False
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        state = SmtpServer(port=server.server_address[1], certificate=certificate)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))  # noqa: TID251  beside the test
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()


class _Talk:
    """One conversation."""

    def __init__(self, line: socket.socket, context: ssl.SSLContext, state: SmtpServer, *, tls_at_once: bool) -> None:
        self._state = state
        self._context = context
        self._line = context.wrap_socket(line, server_side=True) if tls_at_once else line
        self._is_safe = tls_at_once
        self._buffer = b""

    def run(self) -> None:
        if "silent" in self._state.faults:
            self._line.recv(1)
            return
        self._say("220 mail.test ready")
        while text := self._read():
            if not self._is_safe:
                self._state.said_in_clear.append(text)
            if not self._answer(text):
                break

    def close(self) -> None:
        self._line.close()

    def _answer(self, text: str) -> bool:
        word = text.split(" ", maxsplit=1)[0].upper()
        faults = self._state.faults
        if word == "EHLO":
            offers = ["mail.test", "AUTH PLAIN LOGIN" if self._is_safe else ""]
            offers.append("" if self._is_safe or "no starttls" in faults else "STARTTLS")
            given = [offer for offer in offers if offer]
            for place, offer in enumerate(given):
                self._say(f"250{' ' if place == len(given) - 1 else '-'}{offer}")
        elif word == "STARTTLS":
            self._say("220 go on")
            self._line = self._context.wrap_socket(self._line, server_side=True)
            self._is_safe = True
        elif word == "AUTH":
            good = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
            self._say("235 welcome" if text.rsplit(" ", maxsplit=1)[-1] == good else "535 no")
        elif word == "RCPT":
            is_refused = "refuses recipient" in faults
            self._state.recipients.append(text)
            self._say("550 unknown" if is_refused else "250 good")
        elif word == "DATA":
            if "hangs up" in faults:
                return False
            self._say("354 go on")
            self._state.letters.append(self._read_letter())
            self._say("250 taken")
        elif word == "QUIT":
            self._say("221 bye")
            return False
        else:
            self._say("250 good")
        return True

    def _read(self) -> str:
        while b"\r\n" not in self._buffer:
            got = self._line.recv(65536)
            if not got:
                return ""
            self._buffer += got
        text, self._buffer = self._buffer.split(b"\r\n", 1)
        return text.decode()

    def _read_letter(self) -> EmailMessage:
        lines = []
        while (text := self._read()) != ".":
            lines.append(text.removeprefix(".") if text.startswith("..") else text)
            if text == "" and not self._buffer and not lines:
                break
        letter = message_from_bytes("\r\n".join(lines).encode(), policy=policy.default)
        assert isinstance(letter, EmailMessage)
        return letter

    def _say(self, text: str) -> None:
        self._line.sendall(f"{text}\r\n".encode())


def _make_certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = dt.datetime.now(dt.UTC)  # noqa: TID251  the test is the composition here
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "mail.crt", folder / "mail.key"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files
