"""Drills: gRPC workers of our own, broken on purpose."""
