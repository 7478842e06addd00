"""Judges of causes: pure functions over evidence, a file for each subject."""
