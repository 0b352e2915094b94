# Shortcuts; each is one or two plain commands that work without make (see CONTRIBUTING.md).
PYTHON ?= python3
BIN = .venv/bin

.PHONY: run setup setup-dev test bench soak demo screenshots lock clean

run: setup
	$(BIN)/boxoffice

setup:
	$(PYTHON) packaging/bootstrap.py

setup-dev:
	$(PYTHON) packaging/bootstrap.py --dev

test:
	$(PYTHON) packaging/check.py

bench: setup-dev
	$(BIN)/python tests/benchmarks/run.py

soak: setup-dev
	QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen} $(BIN)/python -m pytest -m soak

demo: setup
	$(BIN)/boxoffice demo --headless

screenshots: demo
	mkdir -p packaging/screenshots
	rm -f packaging/screenshots/*.png
	cp build/demo/*.png packaging/screenshots/

lock: setup-dev
	$(BIN)/python packaging/lock.py

clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
