# Everything here works from the top of a fresh clone, with Python 3.11 and make.
PYTHON ?= python3.11
CORES ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu)
READY := .venv/ready

.PHONY: setup run test bench report crate format schema lock clean

# The environment alone, for running snakemake by hand.
setup: $(READY)

# All figures and tables of config.yaml.
run: $(READY)
	.venv/bin/snakemake --cores $(CORES) --show-failed-logs

# All of it as one file, results/report.html, for any browser; what is audited is read again.
report: $(READY)
	.venv/bin/snakemake --cores $(CORES) --show-failed-logs --forcerun report_audit -- report_pages
	.venv/bin/snakemake --cores 1 --report results/report.html --report-stylesheet report/report.css -- report_pages

# The whole test suite.
test: $(READY)
	.venv/bin/python -m pytest --numprocesses $(CORES) --dist loadgroup

# The whole run as one zip for a journal or a data repository.
crate: $(READY)
	.venv/bin/sweetspot crate

# Speed, side by side in one run.
bench: $(READY)
	.venv/bin/snakemake --cores $(CORES) --quiet=all -- results/generator/digits/model.safetensors
	.venv/bin/python benchmarks/training.py
	.venv/bin/python benchmarks/sampling.py
	.venv/bin/python benchmarks/distances.py
	.venv/bin/python benchmarks/selection.py
	.venv/bin/python benchmarks/dry_run.py
	test ! -d results/figures || .venv/bin/python benchmarks/records.py

# Set up, once for each version of the lock file.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --requirement requirements.lock
	.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	sync # else the first results wait until all that was installed is on the disk
	touch $@

# Rewrite the code in the project's style.
format: $(READY)
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	.venv/bin/snakefmt Snakefile rules

# The schema of the config for editors, from the models.
schema: $(READY)
	.venv/bin/sweetspot schema > config/schema.json

# New pins: the newest versions that pyproject.toml allows, for pip and for conda.
lock:
	rm -rf .venv-lock
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet torch==2.13.0 setuptools
	.venv-lock/bin/python -m pip install --quiet --no-build-isolation --editable '.[dev]'
	.venv-lock/bin/python envs/write_pins.py
	rm -rf .venv-lock

# Remove what the workflow wrote, but not the environment.
clean:
	rm -rf results .snakemake
