# SPDX-License-Identifier: Apache-2.0
"""The checks behind tools/tidy: each module has functions that take sources and return a list of Finding."""
