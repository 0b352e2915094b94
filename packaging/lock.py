"""Writes the lock files anew from pyproject.toml: `.venv/bin/python packaging/lock.py`. Needs `bootstrap.py --dev`.

Universal (one file for all platforms and Pythons), with hashes, and without the address of any index.
"""

import subprocess
import sys
import tomllib
from collections.abc import Sequence

from environment import ROOT, SCRIPTS

_COMPILE = (
    *("pip", "compile", "--quiet", "--universal", "--generate-hashes"),
    *("--no-emit-index-url", "--no-annotate", "--no-header", "--python-version", "3.11"),
)


def main() -> int:
    """Exit code: 0 when all three are written."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    build_tools = "\n".join(project["build-system"]["requires"])
    _compile("requirements-dev.lock", ["--extra", "dev", "pyproject.toml"])
    # What runs, and what builds it, agrees with what was tested.
    agreed = ["--constraints", "packaging/requirements-dev.lock"]
    _compile("requirements.lock", [*agreed, "pyproject.toml"])
    _compile("requirements-build.lock", [*agreed, "-"], build_tools)
    return 0


def _compile(name: str, arguments: Sequence[str], text: str = "") -> None:
    command = [str(SCRIPTS / "uv"), *_COMPILE, "--output-file", f"packaging/{name}", *arguments]
    subprocess.run(command, cwd=ROOT, input=text, text=True, check=True)


if __name__ == "__main__":
    sys.exit(main())
