"""Checks of Docker, a container and its network: each judges, purely, what was observed."""
