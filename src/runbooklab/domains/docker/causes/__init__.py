"""The causes: each judges, purely, what was observed."""
