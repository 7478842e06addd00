"""A mistake that a person can fix: said in one line, with the place and what to do."""

from __future__ import annotations

from pathlib import Path


class UserError(Exception):
    """A mistake in what was asked for or in a file of the suite; ends a command with status 3.

    ``message`` says what is wrong, ``path`` and the 1-based ``line`` where, ``hint`` what to do
    about it, as an imperative. ``str()`` of it is a single line.
    """

    def __init__(
        self, message: str, path: Path | None = None, line: int | None = None, hint: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.hint = hint

    @property
    def place(self) -> str:
        """``file:line``, ``file`` or nothing."""
        if self.path is None:
            return ""
        return f"{self.path}:{self.line}" if self.line else str(self.path)

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}" if self.place else self.message
        return " ".join((f"{text}; {self.hint}" if self.hint else text).split())
