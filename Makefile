# make demo: the whole office on this machine, in a browser. make test: everything checked.
# Each target sets up what it needs; nothing is left behind outside this folder.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
# What keeps state in the database is tested on both databases; who may call what, and in which words, on one.
ALIKE := $(addprefix tests/web/test_, permissions.py site.py words.py)
ROWS := tests/crash/test_kill.py tests/pipeline/deliver tests/pipeline/keep tests/pipeline/watch tests/pipeline/search tests/pipeline/test_audit.py tests/pipeline/test_people.py \
	tests/pipeline/bulletin/test_stage.py tests/pipeline/test_clock.py tests/pipeline/test_move.py tests/pipeline/test_mending.py tests/pipeline/test_own_words.py tests/pipeline/taken_back tests/pipeline/write tests/pipeline/collect/test_stage.py \
	$(filter-out $(ALIKE), $(wildcard tests/web/test_*.py))
LOA := $(BIN)/loa
# A PostgreSQL of its own for one command line; nothing in it need outlive the machine.
ON_POSTGRESQL := pg_virtualenv -t -o synchronous_commit=off -o full_page_writes=off sh -c 'export LOA_TEST_ON_POSTGRESQL=1 \
	DATABASE_URL="postgresql://$$PGUSER:$$PGPASSWORD@$$PGHOST:$$PGPORT/$$PGDATABASE"; eval "$$0"'
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONPYCACHEPREFIX ?=

.PHONY: demo test chaos month lint bench pictures install dev browser postgresql messages lock permissions schema clean

demo: install .venv/heard
	$(LOA) demo

# Three at a time on two cores, for many a test waits.
PYTEST := $(BIN)/pytest -n 3 --dist worksteal -q
test: dev browser postgresql lint
	$(PYTEST)
	@if command -v pg_virtualenv >/dev/null; then $(ON_POSTGRESQL) '$(PYTEST) $(ROWS)'; \
	else echo "No PostgreSQL: the tests of rows ran on SQLite only (apt-get install postgresql)"; fi

# Hundreds of kills on SQLite and PostgreSQL, and new examples for every property; about an hour.
chaos: dev postgresql
	LOA_LONG=1 $(BIN)/pytest -n 3 -q -m hypothesis --deselect tests/pipeline/test_simulation.py
	LOA_LONG=1 $(BIN)/pytest -s tests/crash tests/pipeline/test_simulation.py tests/demo/test_month.py tests/demo/test_album.py
	$(ON_POSTGRESQL) 'LOA_LONG=1 $(BIN)/pytest -s tests/crash/test_kill.py tests/crash/test_points.py'

# Thirty days of the demo office, then of its bulletins: what was promised, and what happened; some minutes.
month: dev
	$(BIN)/python -m demo.month
	$(BIN)/python -m demo.bulletins

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .

bench: dev
	$(BIN)/python -m bench

# Every page of the web, on a desk and on a telephone, for docs/; some two minutes.
pictures: dev browser
	$(BIN)/python -m demo.album

install: .venv/installed

dev: .venv/developed

.venv/created:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is missing: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than Python 3.11: make PYTHON=/path/to/python3.11 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ v=$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		  echo "Python's venv is missing: apt-get install python$$v-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	touch $@

.venv/installed: .venv/created requirements.lock pyproject.toml
	$(BIN)/pip install -q --require-hashes -r requirements.lock
	$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	touch $@

# The demo's bulletins can be listened to where there is an eSpeak NG for this machine; elsewhere it is silent.
.venv/heard: .venv/installed requirements-audio.lock
	@$(BIN)/pip install -q --only-binary :all: --require-hashes -r requirements-audio.lock || \
		echo "No eSpeak NG for this machine: the demo's radio scripts are shown, not heard"
	@touch $@

.venv/developed: .venv/installed requirements-dev.lock
	$(BIN)/pip install -q --require-hashes -r requirements-dev.lock
	touch $@

# A browser for the tests that look at pages; without it they are skipped and say so.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-core >/dev/null; \
		else echo "No Chromium: the browser tests will be skipped (apt-get install chromium)"; fi

# A PostgreSQL for the tests of rows; without it they run on SQLite alone and say so.
postgresql:
	@command -v pg_virtualenv >/dev/null || \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null; fi

messages: dev
	mkdir -p var
	$(BIN)/pybabel -q extract -F babel.cfg -k gettext_lazy --no-location --sort-output --omit-header -o var/django.pot .
	$(BIN)/pybabel -q update -D django -i var/django.pot -d web/locale --no-fuzzy-matching
	$(BIN)/pybabel -q compile -D django -d web/locale

permissions: install
	LOA_DATA=$$(mktemp -d) DJANGO_SETTINGS_MODULE=web.settings $(BIN)/python -c \
		'import django; django.setup(); from web.permissions import page; print(page(), end="")' > docs/reference/permissions.md

schema: install
	$(BIN)/python -m pipeline.schedule.json_schema > schedule.schema.json

# New versions within the bounds of pyproject.toml; hashes, and no download addresses.
lock: dev
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --upgrade --generate-hashes --no-header \
		--no-annotate --no-emit-index-url --no-emit-find-links -o requirements.lock --extra build pyproject.toml
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --upgrade --generate-hashes --no-header \
		--no-annotate --no-emit-index-url --no-emit-find-links -o requirements-dev.lock --extra build --extra bench --extra cluster --extra dev -c requirements.lock pyproject.toml
	echo 'espeakng-loader~=0.2' | $(BIN)/uv pip compile -q --universal --python-version 3.11 --upgrade --generate-hashes --no-header \
		--no-annotate --no-emit-index-url --no-emit-find-links -o requirements-audio.lock -

clean:
	rm -rf .venv var build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
