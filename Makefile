# One door for people and CI: each recipe works on a fresh machine.
.PHONY: setup setup-all demo airflow pictures test test-tools check unit live schemas format down bench faults \
  images images-check bundle bundle-check

# A shell that forbids it would have every worker and child of every test compile its modules anew, a second each.
unexport PYTHONDONTWRITEBYTECODE

setup:            ## what the demo needs: system programs, Python packages, Kafka, MinIO
	@scripts/setup

setup-all:        ## everything, training and PostgreSQL included
	@scripts/setup --all-extras --postgres

demo: setup       ## real documents through the whole pipeline
	.venv/bin/chancery demo

# Airflow and what serves the console are extras: a pipeline without operators needs neither.
airflow:          ## Kafka, MinIO, the workers and Airflow, where operators work
	@scripts/setup --extra airflow --extra console
	.venv/bin/chancery up --airflow --agency justice --agency revenue

pictures:         ## the pictures of docs/operators.md, taken anew
	.venv/bin/python -m tests.live.pictures

test: setup-all test-tools check unit live  ## everything that must pass

check:            ## formatting, lint, types
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy

test-tools:       ## helm, kubeconform, Prometheus and schemas for tests, into the cache; quick when they are there
	@.venv/bin/python -m tests.tools

# Files stay whole: a model that several tests of a file share is loaded once. Some 2 GiB of memory a process.
unit:             ## tests that need no server
	.venv/bin/pytest -n logical --maxprocesses 6 --dist loadfile -m "not live and not postgres and not faults and not packaging"

# They wait for each other's answers half of the time: two processes, each with servers of its own.
live:             ## tests on real servers
	.venv/bin/pytest -n logical --maxprocesses 2 --dist loadfile -m "(live or postgres) and not faults"

# The figures of every test travel in its JUnit file. The report is written also when something did not hold.
faults:           ## everything that is broken on purpose, and the report with its figures
	.venv/bin/python -m tests.faults.toxiproxy
	.venv/bin/pytest tests/faults --junitxml=.chancery/faults.xml; held=$$?; \
	.venv/bin/python -m bench.faults .chancery/faults.xml --json && exit $$held

images:           ## the images of the chart with podman, buildah or docker, as OCI archives in dist/images
	@images/build

images-check:     ## what is in the images, made without an engine, and documents through it; minutes, and the network
	.venv/bin/pytest tests/images -m packaging

bundle:           ## what a site without a network needs; BUNDLE="--site FILE --key FILE …" says for whom
	@scripts/setup --extra bundle
	.venv/bin/chancery bundle pack --to dist $(BUNDLE)

bundle-check:     ## wheels are downloaded, packed, and installed where there is no network; minutes
	.venv/bin/pytest tests/unit/bundle -m packaging

schemas:          ## write schemas/events, schemas/asyncapi.yaml, the chart's part of the table, and dashboards
	.venv/bin/python -m processors.schemas
	.venv/bin/python -m processors.chart
	.venv/bin/python -m processors.dashboards.written

format:           ## mend formatting and imports
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

bench:            ## cost, scale and the pipeline; the other figures of the README name their commands
	.venv/bin/python -m bench.ocr --json
	.venv/bin/python -m bench.scale --json
	.venv/bin/python -m bench.pipeline --json

down:             ## stop the local stack
	.venv/bin/chancery down
