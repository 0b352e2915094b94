"""The system libraries of Linux that Qt's wheels expect, found by asking the dynamic linker what is missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import debian
from environment import BootstrapError

# What the window needs to exist at all, on a screen or without one; printing on paper is part of it.
_BASE = (
    *(f"lib/libQt6{name}.so.6" for name in ("Gui", "Widgets", "Pdf", "PdfWidgets", "PrintSupport", "Svg", "OpenGL")),
    "plugins/platforms/libqoffscreen.so",
    "plugins/iconengines/libqsvgicon.so",
    "plugins/imageformats/libqjpeg.so",
)
# What only a window on a screen needs.
_SCREEN = (
    "plugins/platforms/libqxcb.so",
    "plugins/xcbglintegrations/libqxcb-glx-integration.so",
    "plugins/printsupport/libcupsprintersupport.so",
)

_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
    "libstdc++.so.6": "libstdc++6",
    "libgcc_s.so.1": "libgcc-s1",
    "libcups.so.2": "libcups2",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libSM.so.6": "libsm6",
    "libICE.so.6": "libice6",
    "libnss3.so": "libnss3",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}


def provide(site_packages: Path) -> bool:
    """True when nothing is missing, False when only a window on a screen would not open.

    Raises: BootstrapError when the till cannot run without what is missing.
    """
    qt = site_packages / "PySide6" / "Qt"
    missing = find_missing(qt, (*_BASE, *_SCREEN))
    if missing and debian.is_available() and debian.is_root():
        debian.install(to_packages(missing))
        missing = find_missing(qt, (*_BASE, *_SCREEN))
    if not missing:
        return True
    needed = find_missing(qt, _BASE)
    print(_advice(missing), file=sys.stderr)
    if needed:
        raise BootstrapError("Qt does not run without these libraries. Install them, then run this again.")
    print("Without them no window opens on a screen; going on without.", file=sys.stderr, flush=True)
    return False


def find_missing(qt: Path, files: tuple[str, ...]) -> list[str]:
    """The libraries that the linker does not find for `files` of Qt; none on a system without ldd."""
    linker = shutil.which("ldd")
    paths = [str(qt / name) for name in files if (qt / name).exists()]
    if linker is None or not paths:
        return []
    # ldd's output is translated, the words around the arrow are what is read here.
    environment = {**os.environ, "LC_ALL": "C"}
    output = subprocess.run([linker, *paths], capture_output=True, text=True, env=environment, check=False).stdout
    return sorted({line.split("=>")[0].strip() for line in output.splitlines() if line.endswith("=> not found")})


def to_packages(libraries: list[str]) -> list[str]:
    """The packages of Debian and Ubuntu that hold them; one that is not known here is left out."""
    return sorted({_PACKAGES[name] for name in libraries if name in _PACKAGES})


def _advice(missing: list[str]) -> str:
    if not debian.is_available():
        return f"These libraries are missing: {', '.join(missing)}. Install the packages that hold them."
    unknown = [name for name in missing if name not in _PACKAGES]
    also = f" (and whatever holds {', '.join(unknown)})" if unknown else ""
    return f"Libraries that Qt needs are missing. Install them{also} with:\n  {debian.command(to_packages(missing))}"
