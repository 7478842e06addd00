"""The limits by which an environment is judged, each with its reason. What is wanted is a parameter."""

from __future__ import annotations

#: A file system with this share of its room left is not full, however small it is, if nobody said how much is
#: wanted: 0.2 leaves a small disk alone, and finds a large one before it is full.
ENOUGH_SHARE = 0.2
#: So few inodes are left only where they run out.
FEW_INODES = 16
#: A file so much newer than now says that the clock was set back: an hour is more than clocks drift apart.
AHEAD_S = 3600.0
#: How sure an error text alone makes a cause: more than a guess, and less than anything that was seen.
TEXT_CONFIDENCE = 0.65
