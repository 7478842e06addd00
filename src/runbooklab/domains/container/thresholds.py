"""The limits by which Docker's evidence is judged, in seconds: one table."""

from __future__ import annotations

#: A container that ends so often ...
LOOP_ENDS = 3
#: ... within this time restarts by itself. Source: the engine doubles its wait from 0.1 s up to a minute.
LOOP_S = 60.0
#: A container that restarts again and again shows it between two samples this far apart.
SECOND_SAMPLE_S = 0.7
#: A start this long ago may be about to fail for the first time.
JUST_STARTED_S = 3.0
