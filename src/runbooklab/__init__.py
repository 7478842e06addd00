"""Executable runbooks: Markdown in, live read-only diagnosis and an incident report out."""

__version__ = "0.2.0"
