"""Secrets: known ones, and ones that only look like it."""
