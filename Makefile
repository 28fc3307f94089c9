# make art      a painting of a poem, from nothing but Python 3.11, pip, make and git
# make test     the tests; SLOW=1 runs the slow ones too
# make install  the environment alone

PYTHON ?= python3
POEM ?= assets/prompts/where_go_the_boats.txt
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt

.DELETE_ON_ERROR:
.PHONY: art test lint install system-libraries clean

art: $(VENV)/.installed system-libraries
	$(BIN)/python -m multiart run +task=poem_to_painting prompt_file=$(POEM)

test: $(VENV)/.installed-dev system-libraries
	$(BIN)/python -m pytest -q $(if $(SLOW),,-m "not slow")

lint: $(VENV)/.installed-dev
	$(BIN)/python -m ruff check multiart tests

install: $(VENV)/.installed

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed: make PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The stamps make a second call quick; a changed requirement installs again.
$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) -e '.[train,dev]'
	@touch $(VENV)/.installed $@

# skia-python draws scenes and brush strokes with these; without them other styles are taken and tests skipped.
system-libraries:
	@ldconfig -p 2>/dev/null | grep -q 'libEGL\.so\.1' && ldconfig -p | grep -q 'libGL\.so\.1' \
		|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
			&& apt-get update -qq && apt-get install -y -qq --no-install-recommends libegl1 libgl1 >/dev/null; } \
		|| echo "libegl1 and libgl1 are missing and cannot be installed here: no brush strokes, no painted scenes"

clean:
	rm -rf $(VENV)
