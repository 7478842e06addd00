"""The probes: each observes one kind of thing, read-only."""
