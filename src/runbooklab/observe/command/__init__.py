"""Carrying out a script that only reads: no shell, a clean environment, two walls, every wait bounded."""

from __future__ import annotations
