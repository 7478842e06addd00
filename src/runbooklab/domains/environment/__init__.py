"""The environment that a service runs in."""
