"""Error texts with the causes that may come first: the corpus in ``error_texts.txt``, read."""

from __future__ import annotations

from pathlib import Path


def corpus() -> list[tuple[str, str, str]]:
    """Origin, what is expected, and the text."""
    rows = []
    for part in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split("\n== ")[1:]:
        head, _, text = part.partition("\n")
        origin, _, expected = head.partition(" | ")
        rows.append((origin, expected, text.rstrip("\n")))
    return rows
