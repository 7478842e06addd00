"""Docker Engine, read-only."""
