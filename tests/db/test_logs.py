import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from boxoffice_desktop.db.logs import redact, setup_logging


@pytest.fixture(autouse=True)
def root_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    yield
    for handler in [handler for handler in root.handlers if handler not in handlers]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("pin=4711", "4711"),
        ("sign_in(user_name='anna', pin='47 11')", "47 11"),
        ('{"pin": "4711", "name": "anna"}', "4711"),
        ("staff_pin: 4711", "4711"),
        ("PASSWORD = hunter2", "hunter2"),
        (r"password='it\'s me'", "s me"),
        ("cannot reach postgresql://till:hunter2@db.example/box", "hunter2"),
        ("cannot reach postgresql+psycopg://till@db.example:5433/box?sslmode=require", "db.example"),
        ("amqp://till:hunter2@queue.example/", "hunter2"),
        ("host=10.0.0.5 port=5432 dbname=box user=till", "10.0.0.5"),
        ("[SQL: select sign_in(%(n)s, %(k)s)]\n[parameters: {'n': 'anna', 'k': 'c2VjcmV0'}]", "c2VjcmV0"),
    ],
)
def test_secrets_do_not_get_into_the_log(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in redact(text)


@pytest.mark.parametrize(
    "text",
    ["sale 12 of 2 tickets, 24.00", "pinned the map", "spin=3 turns", "hold 5 ended at 20:15", "user=anna signed in"],
)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    assert redact(text) == text


def test_a_traceback_in_the_file_is_redacted_too(tmp_path: Path) -> None:
    file = setup_logging(tmp_path / "logs")
    assert file is not None
    try:
        int("pin=4711 of postgresql://till:hunter2@db/box")
    except ValueError:
        logging.getLogger("test").exception("sign-in with pin='4711' failed")
    written = file.read_text(encoding="utf-8")
    assert "Traceback" in written
    assert "ValueError" in written
    assert "4711" not in written
    assert "hunter2" not in written


def test_the_log_does_not_grow_without_end(tmp_path: Path) -> None:
    setup_logging(tmp_path)
    logger = logging.getLogger("test")
    for _ in range(800):
        logger.info("x" * 10_000)
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["boxoffice.log", *(f"boxoffice.log.{number}" for number in range(1, 5))]
    assert all(path.stat().st_size <= 1_000_000 for path in tmp_path.iterdir())


def test_set_up_twice_writes_each_line_once(tmp_path: Path) -> None:
    setup_logging(tmp_path)
    file = setup_logging(tmp_path)
    logging.getLogger("test").info("once")
    assert file is not None
    assert file.read_text(encoding="utf-8").count("once") == 1


def test_a_till_without_a_writable_log_folder_still_starts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "occupied").write_text("a file where the folder should be")
    assert setup_logging(tmp_path / "occupied") is None
    logging.getLogger("test").warning("pin=4711 seen")
    error = capsys.readouterr().err
    assert "seen" in error
    assert "4711" not in error
