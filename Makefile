# The commands themselves are in scripts/, in Python; here they only get their names.
.DEFAULT_GOAL := help
.PHONY: help demo test unit e2e soak fuzz lint format lock bench clean

# The newest Python from 3.11 to 3.14 that can make environments, else one that can't yet
# (Debian has its venv module in a package of its own, which the scripts install).
PYTHON ?= $(shell \
  for needs in "venv, ensurepip" sys; do \
    for name in python3.14 python3.13 python3.12 python3.11 python3 python; do \
      "$$name" -c "import sys, $$needs; sys.exit(sys.version_info < (3, 11))" >/dev/null 2>&1 \
        && { command -v "$$name"; exit; }; \
    done; \
  done)

define NO_PYTHON
Python 3.11 or later is missing.
  Debian, Ubuntu:  sudo apt-get install python3 python3-venv
  macOS:           brew install python
Another one is used with PYTHON=/path/to/python3

endef

run = $(if $(PYTHON),@PYTHONDONTWRITEBYTECODE=1 "$(PYTHON)" -m scripts $(1),$(error $(NO_PYTHON)))

help:
	@echo
	@echo "  make demo     start the dev server on the demo page      ARGS=\"--port 8000\""
	@echo "  make test     everything that CI runs                    ARGS=\"-k css\" (e2e)"
	@echo "  make unit     the unit tests alone                       ARGS=\"tests/client\""
	@echo "  make e2e      the browser tests alone, without wheels    ARGS=\"-k css --headed\""
	@echo "  make fuzz     look for inputs that break readers         HMR_FUZZ_EXAMPLES=100000"
	@echo "  make soak     random edits and faults for an hour        ARGS=7200 (seconds)"
	@echo "  make lint     style, types and layering"
	@echo "  make format   let ruff put the code in order"
	@echo "  make lock     write a new lock file"
	@echo "  make bench    measure beside the least there can be       ARGS=\"--peers\""
	@echo "  make clean    remove what these commands have made"
	@echo

demo test unit e2e soak fuzz lint format lock bench clean:
	$(call run,$@ $(ARGS))
