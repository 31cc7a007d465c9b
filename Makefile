# The commands a newcomer needs. Each does its own set-up: only python3 (3.11 or newer), python3-venv and make
# are needed beforehand.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run demo test check bench life mutations pictures packages clean

run: $(VENV)/.installed ## Watch: in the tray, or headless without a display
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then $(BIN)/python -m trayuptime.system.qt_libraries --install || true; fi
	@exec $(BIN)/trayuptime run --starter

demo: $(VENV)/.installed ## Replay a seven-hour outage in two minutes, without any network
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then $(BIN)/python -m trayuptime.system.qt_libraries --install || true; fi
	@exec $(BIN)/trayuptime demo

test: packages check-static $(VENV)/.developing ## Everything, the real desktop and real networks included
	$(BIN)/python -m pytest --cov --cov-report=term
	$(BIN)/python -m benchmarks.feeds --mutations 20000
	$(BIN)/python -m coverage report --include='*/trayuptime/core/*' --fail-under=100

check: check-static $(VENV)/.developing ## The fast half: everything but the real desktop and real networks
	$(BIN)/python -m pytest -m "not desktop and not netns"

.PHONY: check-static
check-static: $(VENV)/.developing
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy --strict
	$(BIN)/lint-imports

bench: packages $(VENV)/.developing ## Our cost beside a bare reference, in one run
	$(BIN)/python benchmarks/engine.py

life: $(VENV)/.developing ## A thousand simulated laptop-days, held against their truth
	$(BIN)/python -m benchmarks.life

mutations: $(VENV)/.developing ## A million spoiled documents for each parser of status pages; none may raise
	$(BIN)/python -m benchmarks.feeds

pictures: packages $(VENV)/.developing ## The pictures in docs/, taken anew
	TRAYUPTIME_PICTURES=docs $(BIN)/python -m pytest -k picture

packages: $(VENV)/.installed ## What the tests need from Debian or Ubuntu
	@$(BIN)/python packaging/debian_packages.py

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit("TrayUptime needs Python 3.11 or newer; this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# Dependency groups need pip 25.1; Debian 12 and Ubuntu 24.04 bring an older one.
$(VENV)/.developing: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@

clean: ## Removes what make made
	rm -rf $(VENV) build
