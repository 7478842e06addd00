"""The checks: evidence to findings."""
