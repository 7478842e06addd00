"""Faults of ports for drills, on real objects."""
