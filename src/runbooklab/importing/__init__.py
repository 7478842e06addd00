"""Turns a Markdown runbook of any origin into one of ours: text in, text and a report out.

Nothing here starts a program, opens a connection or writes a file.
"""
