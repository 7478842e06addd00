"""A small strict shell language: parsed, judged by a table of programs that only read, printed back.

What is judged is what runs: ``observe/command/`` carries out the same tree, and no shell is involved.
"""

from __future__ import annotations
