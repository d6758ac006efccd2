# SPDX-License-Identifier: Apache-2.0
"""Makes src/aws/generated from the public service models: model.py reads and trims, emit_*.py write C++."""
