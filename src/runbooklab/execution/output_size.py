"""How much of a cell's output is kept: a loop that prints must not fill the memory or the disk."""

from __future__ import annotations

from typing import Any

#: Characters of printed text and of error texts that are kept of one cell.
TEXT_CHARACTERS = 1_000_000

#: Characters of displays (tables, diagnosis, evidence) that are kept of one cell.
DISPLAY_CHARACTERS = 20_000_000

#: What a message counts in addition to its characters, so that a million empty ones are limited, too.
_MESSAGE_CHARACTERS = 100

#: Characters of one error's text and of one frame of its traceback, and the frames of it.
_ERROR_CHARACTERS = 10_000
_ERROR_LINES = 100


class OutputSize:
    """Counts the output of one cell so far."""

    def __init__(self) -> None:
        self._text = TEXT_CHARACTERS
        self._display = DISPLAY_CHARACTERS

    def fit(self, message: dict[str, Any]) -> dict[str, Any] | None:
        """The kernel's message, cut to the remaining room; None if there is none.

        One note says that something was left out. Messages other than output are passed on unchanged.
        """
        content = message["content"]
        match message["msg_type"]:
            case "stream":
                return self._fit_text(message, content["text"])
            case "error":
                lines = [line[:_ERROR_CHARACTERS] for line in content["traceback"][:_ERROR_LINES]]
                short = {"evalue": content["evalue"][:_ERROR_CHARACTERS], "traceback": lines}
                return {**message, "content": {**content, **short}}
            case "display_data" | "execute_result" | "update_display_data":
                return self._fit_display(message, content["data"])
        return message

    def _fit_text(self, message: dict[str, Any], text: str) -> dict[str, Any] | None:
        if self._text <= 0:
            return None
        room = self._text
        self._text -= len(text) + _MESSAGE_CHARACTERS
        return message if self._text > 0 else _stream(message, text[:room], TEXT_CHARACTERS)

    def _fit_display(self, message: dict[str, Any], data: dict[str, Any]) -> dict[str, Any] | None:
        if self._display <= 0:
            return None
        self._display -= sum(len(str(value)) for value in data.values()) + _MESSAGE_CHARACTERS
        return message if self._display > 0 else _stream(message, "", DISPLAY_CHARACTERS)


def _stream(message: dict[str, Any], text: str, most: int) -> dict[str, Any]:
    note = f"{text}\n[This cell printed more than {most:,} characters; the rest is not kept.]\n"
    header = {**message["header"], "msg_type": "stream"}
    return {
        **message,
        "header": header,
        "msg_type": "stream",
        "content": {"name": "stdout", "text": note},
    }
