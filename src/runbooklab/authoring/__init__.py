"""Markdown runbook <-> Jupyter notebook, and lint."""
