"""`boxoffice demo --counters 3`: tills side by side, each a process with a terminal of its own, on one database."""

import os
import subprocess
import sys
from collections.abc import Sequence

from boxoffice_desktop import app
from boxoffice_desktop.cli.running import say
from boxoffice_desktop.services.local import LocalCinema


def open_counters(settings: app.Settings, count: int) -> int:
    """Open `count` windows and stay until all are closed; 0, or 1 when one of them failed."""
    from boxoffice_desktop.ui.shell.tiling import read_screen, tile_windows

    # Here, once: three processes that build one demo would be in each other's way.
    cinema = LocalCinema(settings.data_folder, clock=app.read_clock, progress=say)
    try:
        cinema.open()
        tiling = tile_windows(count, *read_screen())
        windows = [
            subprocess.Popen(
                _command(counter, (place.x, place.y, place.width, place.height)),
                env={**os.environ, "QT_SCALE_FACTOR": f"{tiling.scale:.4f}"},
            )
            for counter, place in enumerate(tiling.places, start=1)
        ]
        return _wait(windows)
    finally:
        cinema.close()


def _command(counter: int, place: Sequence[int]) -> list[str]:
    where = ",".join(map(str, place))
    return [sys.executable, "-m", "boxoffice_desktop", "demo", "--counter", str(counter), "--place", where]


def _wait(windows: Sequence["subprocess.Popen[bytes]"]) -> int:
    while True:
        try:
            codes = [window.wait() for window in windows]
        except KeyboardInterrupt:
            # The windows have heard it too and are on their way out.
            continue
        return int(any(codes))
