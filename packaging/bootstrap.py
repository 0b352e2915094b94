"""From a fresh machine to an environment that runs the till: `python3 packaging/bootstrap.py [--dev]`.

Makes `.venv`, installs the locked dependencies and the till itself, and the system libraries that Qt needs. Does
nothing, quickly, when nothing has changed. Needs Python's standard library only.
"""

# This file alone must also be understood by Pythons back to 3.6, so that they get a sentence instead of a traceback.
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
NEWEST_TRIED = 15


def find_newer_python() -> "str | None":
    """The newest python3.x on PATH that is new enough, or None."""
    for minor in range(NEWEST_TRIED, OLDEST[1] - 1, -1):
        path = shutil.which(f"python3.{minor}")
        if path and subprocess.call([path, "-c", "import ssl, venv"], stderr=subprocess.DEVNULL) == 0:
            return path
    return None


def main() -> int:
    """Exit code: 0 when the environment is complete."""
    if sys.version_info < OLDEST:
        newer = find_newer_python()
        if newer is None:
            sys.stderr.write(
                f"This needs Python 3.11 or newer; this is {sys.version.split()[0]}. Install one and run this again "
                "with it, for example:\n  python3.13 packaging/bootstrap.py\n"
            )
            return 1
        return subprocess.call([newer, str(Path(__file__).resolve()), *sys.argv[1:]])

    import environment

    return environment.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
