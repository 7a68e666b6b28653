# Khobor: every command sets up by itself what it needs, and is quick when nothing has changed.

PYTHON ?=
BIN := .venv/bin
# The interpreter is the one .venv was made with: uv neither fetches nor chooses another.
UV := UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON=$(BIN)/python UV_PYTHON_DOWNLOADS=never $(BIN)/uv

.PHONY: help install run demo test lint format evaluate bench chaos

help:
	@echo 'make demo     see it work on this machine, without a token'
	@echo 'make run      run the bot (first: cp .env.example .env, and put BOT_TOKEN in it)'
	@echo 'make test     everything that is checked before a change goes in'
	@echo 'make lint     the quick part of it; make format puts the code in shape'
	@echo 'make evaluate how good the summaries are, measured on texts with human summaries'
	@echo 'make bench    how fast it sends, beside others, on this machine (BENCH=--full: with a million readers)'
	@echo 'make chaos    what it loses and doubles when it is killed, frozen and refused (CHAOS=--kills 300)'
	@echo 'make install  only prepare .venv'

install: .venv/installed

run: install
	@$(BIN)/python -m bot run

demo: install
	@$(BIN)/python -m bot demo

# Real processes with real clocks share the cores here: what fails beside others is tried once more by itself.
ALONE := $(BIN)/pytest --last-failed --last-failed-no-failures none

test: lint
	@sh scripts/debian-packages
	$(BIN)/pytest -n auto --dist worksteal --cov --cov-report=term:skip-covered || $(ALONE)

evaluate: install
	$(BIN)/python scripts/evaluate.py

# What ours is compared with stands beside the project, not in its lock: it wants older packages than we do.
RIVALS := --with aiogram==3.31.0 --with matplotlib==3.11.2

bench: .venv/installed-dev
	$(UV) run --quiet --no-sync $(RIVALS) python -m scripts.bench $(BENCH)

chaos: .venv/installed-dev
	@sh scripts/debian-packages
	$(BIN)/python -m scripts.chaos $(CHAOS)

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.venv/bin/uv:
	@PYTHON='$(PYTHON)' sh scripts/make-venv

# --inexact leaves the tools of `make test` where they are.
.venv/installed: pyproject.toml uv.lock | .venv/bin/uv
	$(UV) sync --quiet --frozen --no-dev --inexact
	@touch $@

.venv/installed-dev: pyproject.toml uv.lock | .venv/bin/uv
	$(UV) sync --quiet --frozen
	@touch .venv/installed $@
