"""The till's log: a rotating file that may be sent to somebody who helps. No PIN and no connection string gets in."""

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

_MEGABYTE = 1_000_000
_KEPT_FILES = 5
_FORMAT = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"

_VALUE = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s,;)}\]]+)"""
_LIBPQ = "host|hostaddr|port|dbname|user|sslmode|sslrootcert|passfile|service|options|application_name|connect_timeout"

_SECRETS: Final = (
    # The parameters of a statement: SQLAlchemy puts them at the end of a message, and one of them may be a PIN's key.
    (re.compile(r"\[parameters: [^\n]*\]"), "[parameters: ***]"),
    (re.compile(r"\bpostgres(?:ql)?(?:\+\w+)?://[^\s'\"]+", re.IGNORECASE), "postgresql://***"),
    (re.compile(r"://[^\s/@]+@"), "://***@"),
    (
        re.compile(
            rf"""(['"]?\b(?:\w+_)?(?:pin|pins|password|passwd|pwd|passphrase|secret|pin_key)['"]?\s*[=:]\s*){_VALUE}""",
            re.IGNORECASE,
        ),
        r"\1***",
    ),
    (re.compile(rf"(?:\b(?:{_LIBPQ})={_VALUE}\s*){{2,}}", re.IGNORECASE), "connection=*** "),
)


def redact(text: str) -> str:
    """`text` without the values of PINs, passwords, statement parameters and connection strings."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


class RedactingFormatter(logging.Formatter):
    """Redacts the finished line, traceback included; a filter would see the message only."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def setup_logging(folder: Path, *, name: str = "boxoffice") -> Path | None:
    """Send everything from INFO on to `<folder>/<name>.log`, five files of 1 MB at most.

    Calling it again replaces the file. Where the folder cannot be written, warnings go to standard error instead:
    a till without a log still sells.

    Returns:
        The file, or None when there is none.
    """
    handler: logging.Handler
    file: Path | None = folder / f"{name}.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / f"{name}.log", maxBytes=_MEGABYTE, backupCount=_KEPT_FILES - 1, encoding="utf-8"
        )
    except OSError as error:
        file, handler = None, logging.StreamHandler()
        handler.setLevel(logging.WARNING)
        logging.getLogger(__name__).warning("no log file in %s: %s", folder, error.strerror)
    handler.setFormatter(RedactingFormatter(_FORMAT))
    handler.set_name(__name__)
    root = logging.getLogger()
    for old in [old for old in root.handlers if old.get_name() == __name__]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    return file
