"""The limits by which the owners of ports are judged, each with its reason."""

from __future__ import annotations

#: Processes that were started within this many seconds by one parent were started together.
TOGETHER_S = 1.0
#: A shorter word of an owner's name ("tts", "api") tells no program from another.
LEAST_LETTERS = 4
