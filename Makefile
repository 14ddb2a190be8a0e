# Everything is done by tools/house.py; this file only gives it its short names.
# Without make: python3 tools/bootstrap.py run   (or chat, rasa, check, test, bench, lock)

export PYTHON
STARTER := $(firstword $(foreach name,$(or $(PYTHON),python3 python3.13 python3.12 python3.11),$(shell command -v $(name))))
HOUSE = @$(if $(STARTER),$(STARTER),$(error Redningskrans needs Python 3.11, 3.12 or 3.13, and $(or $(PYTHON),python3) is not here)) tools/bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help run chat rasa check test bench lock

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

run: ## install what is needed, load the demo, start everything (PORT=8000, FRESH=1 starts over)
	$(HOUSE) run $(if $(PORT),--port $(PORT)) $(if $(FRESH),--fresh)

chat: ## be the resident, in the terminal (ARGS="--play 6" plays a written talk, ARGS="--help" tells the rest)
	$(HOUSE) chat $(if $(ARGS),--options="$(ARGS)")

rasa: ## install, train and serve Rasa beside the product (PORT=5005); for NLU=rasa make run
	$(HOUSE) rasa $(if $(PORT),--port $(PORT))

check: ## format, lint, types and who may import whom
	$(HOUSE) check

test: ## install what the tests need, check, run every test (ARGS="-k wave" for some)
	$(HOUSE) test $(if $(ARGS),--pytest "$(ARGS)")

bench: ## measure how fast it is, on a machine with nothing else to do, into docs/benchmarks.md (ONLY=understanding)
	$(HOUSE) bench $(if $(ONLY),--only "$(ONLY)")

lock: ## renew requirements/ from pyproject.toml (UPGRADE=1 takes newer versions)
	$(HOUSE) lock $(if $(UPGRADE),--upgrade)
