"""All checks and tests: `python3 packaging/check.py [pytest's options]`. Everything runs; the exit code tells the sum.

Lint, format, types, import contracts, then the tests (soak tests excepted), whose summary is the last thing printed.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(pytest_options: list[str]) -> int:
    """Exit code: 0 when everything passed."""
    bootstrap = [sys.executable, str(ROOT / "packaging" / "bootstrap.py"), "--dev"]
    if subprocess.run(bootstrap, check=False).returncode != 0:
        return 1
    from environment import SCRIPTS, clean_environment, python_path

    # The tests bring no screen; whoever wants to watch them sets another platform.
    variables = {"QT_QPA_PLATFORM": "offscreen", **clean_environment()}

    def passes(title: str, *command: str | Path) -> bool:
        print(f"== {title}", flush=True)
        return subprocess.run([str(part) for part in command], cwd=ROOT, env=variables, check=False).returncode == 0

    results = {
        "lint": passes("ruff check", SCRIPTS / "ruff", "check", "."),
        "format": passes("ruff format", SCRIPTS / "ruff", "format", "--check", "."),
        "types": passes("mypy", SCRIPTS / "mypy"),
        "imports": passes("import contracts", SCRIPTS / "lint-imports"),
    }
    failed = [name for name, passed in results.items() if not passed]
    if failed:
        print(f"== FAILED so far: {', '.join(failed)}; the tests follow", flush=True)
    coverage = ("--cov", "--cov-report=term:skip-covered", "--cov-report=html:build/coverage")
    tests = passes("pytest", python_path(), "-m", "pytest", "-m", "not soak", *coverage, *pytest_options)
    return 0 if tests and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
