"""The limits by which Docker's set-up is judged, each with its source. What is wanted is a parameter."""

from __future__ import annotations

#: The least memory that the engine takes as a limit. Source: moby, daemon_unix.go: linuxMinMemory.
LEAST_MEMORY_BYTES = 6 << 20
#: With this share of /dev/shm in use, the next tensor or buffer finds no room.
FULL_SHARE = 0.95
#: Since this release an empty configuration file means no settings; before, the engine refuses it (measured).
EMPTY_IS_FINE_RELEASE = 23
#: With fewer of its inodes left, a file system takes no more layers: one holds thousands of files.
LAST_INODES_SHARE = 0.001
#: How sure an error text alone makes a cause: more than a guess, and less than anything that was seen.
TEXT_CONFIDENCE = 0.65
