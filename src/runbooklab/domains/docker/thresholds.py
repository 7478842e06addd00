"""The limits by which Docker's evidence is judged, with their units: one table."""

from __future__ import annotations

#: A container that ends so often ...
LOOP_ENDS = 3
#: ... within so many seconds restarts by itself. Source: measured; the engine doubles its wait from 0.1 s.
LOOP_S = 60.0
