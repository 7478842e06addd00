"""The probes: each looks at one kind of thing, read-only."""
