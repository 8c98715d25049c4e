# The book's commands; CI calls the same ones. Each sets up .venv from the lock file first; a second call reuses it.
PYTHON ?= python3
BIN = .venv/bin
UV = $(BIN)/uv
UV_VERSION = 0.9.30
BOOK = $(BIN)/jupyter-book build . -n -W --keep-going

.PHONY: book serve lab test refresh check

book: .venv/ready ## build the book into _build/html
	@echo "Building the book from its stored outputs"
	@$(BOOK)

serve: book ## build the book and serve it on 127.0.0.1
	@echo "Serving the book: http://127.0.0.1:$${PORT:-8000}/ (stop with Ctrl-C)"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html $${PORT:-8000}

lab: .venv/ready ## open JupyterLab on the chapters
	@$(BIN)/jupyter lab $$(test $$(id -u) -ne 0 || echo --allow-root) chapters

test: book ## run every test
	@$(BIN)/python -m pytest -n 2 --dist loadfile --nbval chapters reference tests

refresh: .venv/ready ## re-execute every notebook and store its outputs
	@$(BIN)/rulebooks refresh

check: .venv/ready ## lint code, notebooks and record
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/rulebooks check

.venv/ready: uv.lock pyproject.toml
	@echo "Setting up .venv from uv.lock (once)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv || { echo "Python cannot make an environment; on Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@VIRTUAL_ENV=.venv $(UV) sync --frozen --inexact --all-extras --compile-bytecode --quiet --python $(BIN)/python
	@touch $@
