# make demo   set everything up, then show the demo: in a window, or as demo.mp4 without a display
# make test   set everything up, then run the tests
# make long   the slow searches and soaks
# make check  what CI checks before it tests: style, types, import rules
.PHONY: demo test long check setup setup-test clean

bin := .venv/bin
SIZE := 640x360

demo: setup
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
	    $(bin)/v1z3r run synth; \
	else \
	    $(bin)/v1z3r render synth -o demo.mp4 --scene nebula --size $(SIZE) --fps 30; \
	fi

test: setup-test
	$(bin)/python -m pytest -m "not long"

long: setup-test
	$(bin)/python -m pytest -m long --timeout 7200

check: setup-test
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/lint-imports

setup:
	@scripts/setup.sh

setup-test:
	@scripts/setup.sh test

clean:
	rm -rf .venv build dist demo.mp4 demo.partial.mp4
