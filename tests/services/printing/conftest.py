from collections.abc import Iterator

import pytest

from tests.support.fake_printer import FakePrinter


@pytest.fixture
def printer() -> Iterator[FakePrinter]:
    fake = FakePrinter().start()
    yield fake
    fake.stop()
