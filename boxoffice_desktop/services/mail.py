"""Sends tickets by e-mail, over TLS that is verified, within seconds. Nothing of it goes into a log."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final

from boxoffice_desktop.domain.mail import MailError, MailSecurity, MailSettings, is_address

_SECONDS: Final = 15.0


def send_document(
    settings: MailSettings,
    password: str,
    *,
    to: str,
    subject: str,
    body: str,
    pdf: bytes,
    file_name: str,
    authority: str | None = None,
    seconds: float = _SECONDS,
) -> None:
    """Send a letter with a PDF; afterwards the server has taken it. `authority` is a file of certificates to trust.

    Raises:
        MailError: it was not taken, and why; the password is in no word of it.
    """
    if not settings.is_on:
        raise MailError("E-mail is not set up at this till.")
    if not is_address(to):
        raise MailError("That is no e-mail address.")
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = settings.sender, to, subject
    letter["Date"], letter["Message-ID"] = formatdate(localtime=False), make_msgid(domain=settings.sender.split("@")[1])
    letter.set_content(body)
    letter.add_attachment(pdf, maintype="application", subtype="pdf", filename=file_name)
    try:
        with _connect(settings, ssl.create_default_context(cafile=authority), seconds) as server:
            if settings.user:
                server.login(settings.user, password)
            server.send_message(letter)
    except smtplib.SMTPAuthenticationError as error:
        raise MailError("The e-mail server does not accept user and password.") from _without_words(error)
    except smtplib.SMTPRecipientsRefused as error:
        raise MailError(f"The e-mail server does not take letters for {to}.") from _without_words(error)
    except ssl.SSLCertVerificationError as error:
        raise MailError("The e-mail server's certificate cannot be trusted.") from error
    except TimeoutError as error:
        raise MailError("The e-mail server does not answer in time.") from error
    except (OSError, smtplib.SMTPException, ssl.SSLError) as error:
        raise MailError(f"The e-mail was not sent ({type(error).__name__}).") from _without_words(error)


def _connect(settings: MailSettings, context: ssl.SSLContext, seconds: float) -> smtplib.SMTP:
    if settings.security is MailSecurity.TLS:
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=seconds, context=context)
    server = smtplib.SMTP(settings.host, settings.port, timeout=seconds)
    try:
        # A server that offers none is refused: the password would go in clear.
        server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server


def _without_words(error: Exception) -> Exception | None:
    """Nothing of what a server has said: it repeats what it was told, user names among it."""
    return None if isinstance(error, smtplib.SMTPException) else error
