"""Faults for drills, on real objects."""
