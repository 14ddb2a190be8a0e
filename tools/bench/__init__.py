"""How fast the product is, measured outside the tests: one module a subject, one writer of docs/benchmarks.md.

A subject has ``measure() -> Section``. Measure on a machine that does nothing else: ``make bench``.
"""
