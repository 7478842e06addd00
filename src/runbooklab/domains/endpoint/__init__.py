"""Ports: what listens and what answers."""
