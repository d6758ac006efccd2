# SPDX-License-Identifier: Apache-2.0
# The commands of the README. Each does its own set-up (tools/setup), so that `git clone` and `make demo` or `make test`
# is all that a newcomer types. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help demo test test-all release build bench package fuzz soak interop format lint tidy clean setup
# Jobs of the compiler and of ctest, and seconds for each fuzzer: `make test JOBS=1`, `make fuzz FUZZ_SECONDS=600`.
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 60
# Of `make soak`: how many payments, after how many seconds it ends wherever it is, and where their tables are, here
# (embedded) or at another Caudal behind a bad network (remote). `make test` has up to a million of each.
SOAK_PAYMENTS ?= 100000000
SOAK_SECONDS ?= 86400
SOAK_STORE ?= embedded
SOAK_OF_embedded = payments_test SimulationTest
SOAK_OF_remote = app_test PaymentsElsewhereTest
CTEST = ctest -j$(JOBS) --output-on-failure
CONFIGURE = cmake --log-level=WARNING --preset

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' Makefile

demo: ## Generate a lender, run the invoice flow over 13 months, show what it found (DATA=folder: on your own files)
	@tools/setup demo
	@$(CONFIGURE) release >/dev/null
	@cmake --build --preset release -j$(JOBS) --target caudal
	@tools/demo $(if $(DATA),"$(DATA)")

test: ## Formatting, tidy, unit tests, black-box tests, fuzz corpora
	@tools/setup test
	@$(CONFIGURE) dev >/dev/null
	@tools/tidy --rooms build/dev/rooms.txt
	@cmake --build --preset dev -j$(JOBS)
	@$(CTEST) --preset dev

test-all: test ## The same and what takes minutes, then the unit tests under asan and tsan, and everything again with GCC
	@tools/setup all
	@CAUDAL_BIG_TESTS=1 $(CTEST) --preset dev -R '^blackbox/s3/(multipart|burst)$$'
	@for preset in asan tsan; do \
	  $(CONFIGURE) $$preset >/dev/null && cmake --build --preset $$preset -j$(JOBS) && $(CTEST) --preset $$preset || exit 1; done
	@$(CONFIGURE) gcc >/dev/null && cmake --build --preset gcc -j$(JOBS) && $(CTEST) --preset gcc

release: ## The optimised binary, build/release/caudal
	@tools/setup demo
	@$(CONFIGURE) release >/dev/null
	@cmake --build --preset release -j$(JOBS) --target caudal

bench: ## Measure, and write docs/performance.md
	@tools/setup all
	@$(CONFIGURE) release -DCAUDAL_BENCH=ON >/dev/null
	@cmake --build --preset release -j$(JOBS) --target caudal benchmarks
	@bench/run

interop: ## Try it with boto3, s3fs, DuckDB and PyArrow, which come from PyPI; and on and beside DynamoDB Local, from Maven
	@tools/setup all
	@$(CONFIGURE) release -DCAUDAL_BENCH=ON >/dev/null
	@cmake --build --preset release -j$(JOBS) --target caudal items_load
	@$(CONFIGURE) dev >/dev/null
	@cmake --build --preset dev -j$(JOBS) --target items_remote_test
	@tests/interop/run
	@bench/run --case items-local --print

package: ## A Debian package in dist/
	@tools/setup all
	@$(CONFIGURE) release >/dev/null
	@cmake --build --preset release -j$(JOBS) --target caudal
	@packaging/make-deb

fuzz: ## Run every fuzzer for FUZZ_SECONDS each on its corpus
	@tools/setup test
	@$(CONFIGURE) fuzz >/dev/null
	@cmake --build --preset fuzz -j$(JOBS) --target fuzzers
	@tools/fuzz $(FUZZ_SECONDS)

soak: ## The simulator of payments, with every fault, over a hundred million: hours (SOAK_PAYMENTS=n, SOAK_SECONDS=n, SOAK_STORE=remote; JOBS=1 CAUDAL_SEED=n repeats)
	@tools/setup test
	@$(CONFIGURE) dev >/dev/null
	@cmake --build --preset dev -j$(JOBS) --target $(firstword $(SOAK_OF_$(SOAK_STORE)))
	@seq $(JOBS) | CAUDAL_SOAK_PAYMENTS=$$(($(SOAK_PAYMENTS) / $(JOBS))) CAUDAL_SOAK_SECONDS=$(SOAK_SECONDS) \
	  xargs -P $(JOBS) -I{} build/dev/src/$(firstword $(SOAK_OF_$(SOAK_STORE))) \
	  --gtest_filter=$(lastword $(SOAK_OF_$(SOAK_STORE))).HoldsForAsManyPaymentsAsThereIsTimeFor

format: ## Format the C++ in place
	@tools/setup test
	@git ls-files -z --cached --others --exclude-standard -- '*.h' '*.cpp' | xargs -0 -r clang-format-19 -i

tidy: ## The house rules alone (seconds)
	@tools/setup test
	@$(CONFIGURE) dev >/dev/null
	@tools/tidy --rooms build/dev/rooms.txt

lint: ## clang-tidy over the sources (minutes)
	@tools/setup all
	@$(CONFIGURE) dev >/dev/null
	@git ls-files -z -- 'src/*.cpp' | xargs -0 -n 4 -P $(JOBS) clang-tidy-19 -p build/dev --quiet --warnings-as-errors='*'

setup:
	@tools/setup test

clean: ## Remove what was built (not what was fetched)
	@rm -rf build dist
